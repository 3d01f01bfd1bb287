/** This command line's version, as it is released. */
import about from "../package.json" with { type: "json" };

export const VERSION: string = about.version;
