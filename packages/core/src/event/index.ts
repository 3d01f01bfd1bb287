export * from "./mail-event.ts";
export { parseReply } from "./smtp-reply.ts";
export { canonicalIp } from "./address.ts";
export { readEndpoint, readRelay } from "./relay.ts";
