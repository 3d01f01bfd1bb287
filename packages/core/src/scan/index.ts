/** What is told of log lines from their bytes alone, before any of them is parsed. */
export { SCANNED_KINDS, scanKind, UNCERTAIN } from "./scan-kind.ts";
