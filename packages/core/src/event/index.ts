export * from "./mail-event.ts";
export { commandStage, parseReply } from "./smtp-reply.ts";
export { bareAddress, canonicalIp } from "./address.ts";
export { knownWord } from "./known-word.ts";
export { readEndpoint, readRelay } from "./relay.ts";
