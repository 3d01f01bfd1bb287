/**
 * Every cause that a diagnosis can name: the reason that bounce readers share (Sisimai's published names), whose move
 * it is, and whether trying again can help. `permanent` is what we say when the answer itself has no class (4xx, 5xx).
 * Ids are public and never change; texts for each stand in `texts/`.
 */
import type { Actor } from "./diagnosis.ts";

export const REASONS = [
	"blocked",
	"userunknown",
	"mailboxfull",
	"spamdetected",
	"policyviolation",
	"authfailure",
	"badreputation",
	"expired",
	"filtered",
	"hasmoved",
	"hostunknown",
	"contenterror",
	"emailtoolarge",
	"exceedlimit",
	"mailererror",
	"networkerror",
	"norelaying",
	"notaccept",
	"notcompliantrfc",
	"onhold",
	"ratelimited",
	"rejected",
	"requireptr",
	"securityerror",
	"suspend",
	"syntaxerror",
	"systemerror",
	"systemfull",
	"failedstarttls",
	"suppressed",
	"virusdetected",
	"vacation",
	"undefined",
	"delivered",
	"feedback",
	"greylisted",
] as const;
export type Reason = (typeof REASONS)[number];

export interface Cause {
	reason: Reason;
	actor: Actor;
	permanent: boolean;
	retryHelps: boolean;
}

function cause(reason: Reason, actor: Actor, permanent: boolean, retryHelps: boolean): Cause {
	return { reason, actor, permanent, retryHelps };
}

export const CAUSES = {
	// it arrived, or went on
	"delivered-to-mailbox": cause("delivered", "nobody", false, false),
	"filed-as-junk": cause("delivered", "recipient", false, false),
	"accepted-by-next-host": cause("delivered", "destination", false, false),
	"passed-on": cause("delivered", "nobody", false, false),
	"discarded-by-filter": cause("filtered", "our-operator", true, false),
	"deleted-from-queue": cause("undefined", "our-operator", true, false),
	quarantined: cause("spamdetected", "our-operator", true, false),
	"automatic-reply": cause("vacation", "nobody", false, false),
	complaint: cause("feedback", "sender", false, false),

	// the way there
	reachable: cause("undefined", "nobody", false, false),
	"name-not-found": cause("hostunknown", "sender", true, false),
	"no-route": cause("hostunknown", "sender", true, false),
	"name-lookup-failed": cause("networkerror", "our-operator", false, true),
	"port-refused": cause("networkerror", "destination", false, true),
	"connect-timeout": cause("expired", "network", false, true),
	"host-unreachable": cause("networkerror", "network", false, true),
	"connection-lost": cause("networkerror", "destination", false, true),
	"conversation-timeout": cause("networkerror", "destination", false, true),
	"tls-failed": cause("failedstarttls", "destination", false, false),
	"certificate-invalid": cause("failedstarttls", "destination", false, false),
	"tls-required": cause("failedstarttls", "our-operator", true, false),
	"mx-points-to-us": cause("networkerror", "our-operator", true, false),
	"mail-loop": cause("networkerror", "our-operator", true, false),
	"expired-in-queue": cause("expired", "our-operator", true, false),
	"still-in-queue": cause("expired", "nobody", false, true),

	// who we are to them
	"auth-required": cause("securityerror", "sender", true, false),
	"auth-failed": cause("securityerror", "sender", true, false),
	"dnsbl-listed": cause("blocked", "our-operator", true, false),
	"address-blocked": cause("blocked", "our-operator", true, false),
	"dynamic-address": cause("blocked", "our-operator", true, false),
	"talked-too-early": cause("blocked", "our-operator", true, false),
	"reputation-low": cause("badreputation", "our-operator", true, false),
	"reverse-name-missing": cause("requireptr", "our-provider", true, false),
	"helo-refused": cause("blocked", "our-operator", true, false),
	"default-envelope-sender": cause("rejected", "sender", true, false),
	"sender-policy": cause("authfailure", "our-operator", true, false),
	"sender-refused": cause("rejected", "sender", true, false),
	"relay-denied": cause("norelaying", "our-operator", true, false),
	greylisted: cause("greylisted", "nobody", false, true),
	"rate-limited": cause("ratelimited", "our-operator", false, true),

	"sending-limit-reached": cause("ratelimited", "our-operator", false, true),
	"sender-not-verified": cause("rejected", "our-operator", true, false),
	"account-paused": cause("rejected", "our-operator", true, false),

	// the recipient
	"user-unknown": cause("userunknown", "sender", true, false),
	"user-moved": cause("hasmoved", "sender", true, false),
	"account-disabled": cause("suspend", "recipient", true, false),
	"mailbox-full": cause("mailboxfull", "recipient", false, true),
	"refused-by-recipient": cause("filtered", "recipient", true, false),
	"address-suppressed": cause("suppressed", "our-operator", true, false),

	// the message
	"message-too-large": cause("emailtoolarge", "sender", true, false),
	"too-many-recipients": cause("exceedlimit", "sender", true, false),
	"content-refused": cause("contenterror", "sender", true, false),
	"virus-found": cause("virusdetected", "sender", true, false),
	"message-malformed": cause("notcompliantrfc", "sender", true, false),
	"outgoing-check-refused": cause("policyviolation", "sender", true, false),
	"policy-refused": cause("policyviolation", "our-operator", true, false),

	// their machine, or ours
	"not-accepting-mail": cause("notaccept", "destination", true, false),
	"host-broken": cause("systemerror", "destination", false, true),
	"host-full": cause("systemfull", "destination", false, true),
	"delivery-program-failed": cause("mailererror", "destination", true, false),
	"filter-unavailable": cause("systemerror", "our-operator", false, true),
	"transport-stopped": cause("systemerror", "our-operator", false, true),
	"local-disk-full": cause("systemfull", "our-operator", false, true),
	"local-permission": cause("systemerror", "our-operator", true, false),
	"forward-file-refused": cause("systemerror", "our-operator", true, false),
	"removed-by-administrator": cause("rejected", "nobody", true, false),
	"command-refused": cause("syntaxerror", "our-operator", true, false),

	"asked-to-retry": cause("onhold", "nobody", false, true),

	// what we cannot know
	"reason-hidden-in-bounce": cause("onhold", "our-operator", true, false),
	"only-this-destination-fails": cause("blocked", "our-operator", true, false),
	"log-silent": cause("undefined", "our-operator", false, false),
	"host-not-watched": cause("undefined", "our-operator", false, false),
	"no-outcome-logged": cause("undefined", "nobody", false, false),
	unknown: cause("undefined", "our-operator", false, false),
} as const satisfies Record<string, Cause>;

export type CauseId = keyof typeof CAUSES;
