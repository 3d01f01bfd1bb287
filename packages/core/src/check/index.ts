export * from "./check-report.ts";
export { describeFinding } from "./describe-finding.ts";
export { drawVerdict } from "./verdict.ts";
