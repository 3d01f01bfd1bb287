export type { HeaderContext, LineReader } from "./read-line.ts";
export type { ReadLine } from "./header.ts";
export { isContinuation } from "./continuation.ts";
export { createLineReader } from "./read-line.ts";
