/**
 * Proxmox Mail Gateway's filter (pmg-smtp-filter, PMG/RuleDB/*.pm): it takes each message under an id of its own, which it also answers
 * (`250 2.5.0 OK (2C225C6817C7EEE1481)`), decides for each recipient, and hands what it lets through back to Postfix.
 */
import { bareAddress, type VerdictEvent } from "../../event/index.ts";
import type { Filter, Saying } from "./saying.ts";

const QUEUE = "[0-9A-Za-z]{6,25}";

const SAYINGS: readonly Saying[] = [
	// new mail message-id=<m@x>#012
	{
		pattern: /^new mail message-id=(<.{1,998}?>)(?:#012)?$/,
		verdict: ([, messageId]) => ({ messageId: bareAddress(messageId as string) }),
	},
	// SA score=8/5 time=0.5 bayes=0.00 autolearn=no autolearn_force=no hits=DKIM_INVALID(0.1),…
	{
		pattern: /^SA score=(-?\d{1,5})\/(-?\d{1,5}) /,
		verdict: ([, score, required]) => ({
			result: Number(score) >= Number(required) ? "spam" : "clean",
			score: Number(score),
			required: Number(required),
		}),
	},
	// virus detected: Win.Test.EICAR_HDB-1 (clamav)
	{
		pattern: /^virus detected: (.{1,300}?)(?: \([^()]{1,40}\))?$/,
		verdict: ([, name]) => ({ result: "virus", reason: name as string }),
	},
	// accept mail to <b@y> (4F5A5B12C3) (rule: default-accept)
	{
		pattern: new RegExp(`^accept mail to (<.{0,998}>) \\((${QUEUE})\\)(?: \\(rule: (.{1,300})\\))?$`),
		verdict: ([, to, nextQueueId, rule]) => ({
			...decided("accept", to, rule),
			nextQueueId: nextQueueId as string,
		}),
	},
	// block mail to <b@y> (rule: Blocklist)
	{
		pattern: /^block mail to (<.{0,998}>)(?: \(rule: (.{1,300})\))?$/,
		verdict: ([, to, rule]) => decided("discard", to, rule),
	},
	// moved mail for <b@y> to spam quarantine - B2B2B2B202 (rule: Quarantine/Mark Spam (Level 3))
	{
		pattern: new RegExp(
			`^moved mail for (<.{0,998}>) to ([a-z]{1,20}) quarantine - (${QUEUE})(?: \\(rule: (.{1,300})\\))?$`,
		),
		verdict: ([, to, kind, quarantineId, rule]) => ({
			...decided("quarantine", to, rule),
			result: kind as string,
			quarantineId: quarantineId as string,
		}),
	},
	{ pattern: /^(?:error|unable|can't|cannot|failed) .{0,1000}$/i, severity: "error" },
	{ pattern: /^.{0,4000}$/ },
];

function decided(action: string, to: string | undefined, rule: string | undefined): Partial<VerdictEvent> {
	return { action, recipients: [bareAddress(to ?? "")], ...(rule !== undefined && { rule }) };
}

export const PMG: Filter = {
	programs: ["pmg-smtp-filter"],
	mta: "pmg",
	filter: "pmg",
	sayings: SAYINGS,
	mailIds: /^([0-9A-F]{14,24}): /,
};
