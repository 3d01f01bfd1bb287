export type * from "./diagnosis.ts";
export { CAUSES, type CauseId, REASONS, type Reason } from "./cause.ts";
export { causeOf, diagnoseReply, type ReplyInput } from "./diagnose-reply.ts";
export { diagnoseJourney, type JourneyFacts } from "./diagnose-journey.ts";
export type { WayCount, WayFacts } from "./fleet-facts.ts";
export { linksIn } from "./links.ts";
export { describeStall } from "./log-stall.ts";
export { diagnoseState } from "./diagnose-state.ts";
export { readReply } from "./read-reply.ts";
