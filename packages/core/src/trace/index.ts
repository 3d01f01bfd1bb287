export type { LocatedEvent, TimedEvent } from "./located-event.ts";
export type * from "./hop.ts";
export * from "./journey.ts";
export { isSessionKey, queueKeys, linkKeys, ownKeys } from "./keys.ts";
export { idsOfEvent } from "./event-ids.ts";
export { needOf, type UnnamedStore } from "./needs-all.ts";
export { FOLD_VERSION, foldQueue } from "./fold.ts";
export { joinHops } from "./join.ts";
export { journeyRow } from "./journey-row.ts";
