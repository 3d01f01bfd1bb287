export * from "./mail-event.ts";
export { commandStage, parseReply } from "./smtp-reply.ts";
export { bareAddress, canonicalIp } from "./address.ts";
export { knownWord, remembering } from "./known-word.ts";
export { readEndpoint, readEndpointAt, readRelay, readRelayAt } from "./relay.ts";
