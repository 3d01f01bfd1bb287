export const wrong: number = "a planted error: the type checker must report it";
