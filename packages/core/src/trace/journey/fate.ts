/**
 * What an MTA decided about a whole message before it tried anybody: refused after its text, thrown away, put aside. Such a line
 * names one recipient at most (Postfix: the last one, cleanup_milter.c; the first one, smtpd_proxy.c) and is about all of them.
 */
import type { Hop, HopRefusal } from "../hop/hop.ts";
import type { Outcome } from "./journey.ts";

export interface Fate {
	outcome: Outcome;
	/** the line that says so; absent where it is the queue's own state */
	by?: HopRefusal;
}

/** What a refusal means for the recipient that it names. A warning is no end; who was redirected gets nothing himself. */
const MEANINGS: Readonly<Record<string, Outcome>> = {
	reject: "failed",
	"milter-reject": "failed",
	"proxy-reject": "failed",
	tempfail: "failed",
	discard: "discarded",
	"milter-discard": "discarded",
	hold: "delayed",
	"milter-hold": "quarantined",
	quarantine: "quarantined",
	redirect: "expanded",
	// a before-queue filter took it and no queue did
	"proxy-accept": "quarantined",
};
/** After the text there is nothing more to refuse one recipient alone with (RFC 5321 section 4.2.5; LMTP is the stores'). */
const AFTER_RECIPIENTS: ReadonlySet<string> = new Set(["DATA", "BDAT", "EOM"]);

export function meaningOf(refusal: HopRefusal): Outcome | undefined {
	return MEANINGS[refusal.verb];
}

/** Whether the line is about every recipient. Exim alone throws away for single ones (its RCPT ACL, acl.c). */
export function isAboutAll(hop: Hop, refusal: HopRefusal): boolean {
	const meaning = meaningOf(refusal);
	if (meaning === undefined) return false;
	if (AFTER_RECIPIENTS.has(refusal.stage ?? "")) return true;
	return meaning !== "failed" && hop.mta !== "exim";
}

/** What stands for recipients of whom no try is known; `beside` are refusals of the same transaction that were logged without its id. */
export function fateOf(hop: Hop, beside: readonly HopRefusal[] = []): Fate | undefined {
	const by = [...beside, ...hop.refusals].filter((refusal) => isAboutAll(hop, refusal)).at(-1);
	const state = hop.state?.kind;
	if (hop.state?.givenUp) return { outcome: "failed" };
	if (hop.state?.byHand && meaningOfHeld(by)) return { outcome: "discarded" };
	const outcome = by && meaningOf(by);
	if (by && outcome && !(state === "released" && meaningOfHeld(by))) return { outcome, by };
	// sendmail holds nothing back but what it quarantined (quarantine.c)
	if (state === "held") return { outcome: hop.mta === "sendmail" ? "quarantined" : "delayed" };
	return state === "released" || state === "requeued" ? { outcome: "delayed" } : undefined;
}

function meaningOfHeld(by: HopRefusal | undefined): boolean {
	return by === undefined || ["delayed", "quarantined"].includes(meaningOf(by) ?? "");
}
