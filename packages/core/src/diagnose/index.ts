export type * from "./diagnosis.ts";
export { diagnoseReply } from "./diagnose-reply.ts";
export { diagnoseJourney } from "./diagnose-journey.ts";
