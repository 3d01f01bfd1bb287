export { readBounce, readBounceText } from "./read-bounce.ts";
export type { BounceReport } from "./report.ts";
export { splitMbox } from "./split-mbox.ts";
