/** What is told of log lines from their bytes alone, before any of them is parsed. */
export { HeldBytes } from "./held-bytes.ts";
export { headerOf } from "./line-header.ts";
export { type CommonWords, NeedleTable } from "./needle-table.ts";
export { findNewlines } from "./newlines.ts";
export { queryNeedles } from "./query-needles.ts";
export { SCANNED_KINDS, scanAnyKind, scanKind, UNCERTAIN } from "./scan-kind.ts";
