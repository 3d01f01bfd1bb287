export type { HeaderContext, LineReader } from "./read-line.ts";
export { createLineReader } from "./read-line.ts";
