export { bounceEvent } from "./bounce-event.ts";
export { readBounce } from "./read-bounce.ts";
export { readBounceText } from "./read-reports.ts";
export { type BounceMatch, matchBounce } from "./match.ts";
export type { BounceReport } from "./report.ts";
export { splitMbox } from "./split-mbox.ts";
