/**
 * policyd-weight: what it decided of a client at RCPT, with the score of its block lists and comparisons. Its action repeats names that
 * the client gave, and the HELO name may imitate what follows it: client and addresses are read where each mark stands once.
 */
import { bareAddress, parseReply, type VerdictEvent } from "../../event/index.ts";
import { type Filter, peer, type Saying } from "./saying.ts";

const MARKS = ["<client=", "]> <helo=", "> <from=", "> <to=", ">; delay: "] as const;

const SAYINGS: readonly Saying[] = [
	// decided action=550 Mail appeared to be SPAM or forged. …; <client=h.example[192.0.2.51]> <helo=h> <from=a@x> <to=b@y>; delay: 0s
	// decided action=PREPEND X-policyd-weight: using cached result; rate: -4; <client=…
	{ pattern: /^decided action=([A-Za-z_]{1,30}|\d{3})(?: |;)/, verdict: readDecision },
	{ pattern: /^policyd-weight \d\S{0,20} .{0,40}started /, status: true },
	{
		pattern: /^(?:Abnormal exit\. )?Daemon (?:terminated|killed)|^Got SIG.{0,40} Daemon terminated/,
		status: true,
	},
	// mylog: whatever is no information is led by its facility
	{ pattern: /^(?:warning|err|crit|alert|emerg): /, severity: "warning" },
	// weighted check:  NOT_IN_SPAMCOP=-1.5 …; rate: -4: the decision says it again
	{
		pattern:
			/^(?:weighted check: |child: |master: |cache|could not connect to cache|Got SIG|debug: |decided action=)/,
	},
];

function readDecision(match: RegExpExecArray): Partial<VerdictEvent> {
	const action = match[1] as string;
	const words = match.input.slice("decided action=".length + action.length);
	const places = placesOf(words);
	const said = places ? words.slice(0, places[0]) : words;
	const score = /; rate: (-?\d{1,6}(?:\.\d{1,9})?)(?:; (?:<instance=.{0,100}> )?)?$/.exec(said)?.[1];
	// `550 text; <client=…`: an answer of its own
	const reason = /^\d/.test(action) ? parseReply(`${action}${said.replace(/; $/, "")}`).text : undefined;
	return {
		action,
		result: /^(?:5|REJECT)/.test(action) ? "reject" : "pass",
		...(score !== undefined && { score: Number(score) }),
		...(reason && { reason }),
		...(places && whoseMail(words, places)),
	};
}

/** Where each mark begins; undefined where one stands twice, not at all, or out of its order. */
function placesOf(words: string): number[] | undefined {
	const places = MARKS.map((mark) => {
		const first = words.indexOf(mark);
		return first === words.lastIndexOf(mark) ? first : -1;
	});
	return places.every((place, each) => place > (places[each - 1] ?? -1)) ? places : undefined;
}

function whoseMail(words: string, places: readonly number[]): Partial<VerdictEvent> {
	const [client, helo, from, to] = MARKS.slice(0, -1).map((mark, each) =>
		words.slice((places[each] as number) + mark.length, places[each + 1]),
	) as [string, string, string, string];
	const open = client.lastIndexOf("[");
	return {
		...(open >= 0 && peer(client.slice(0, open), client.slice(open + 1))),
		...(helo !== "" && { helo }),
		sender: bareAddress(from),
		...(to !== "" && { recipients: [bareAddress(to)] }),
	};
}

export const POLICYD_WEIGHT: Filter = {
	programs: ["policyd-weight"],
	mta: "policyd-weight",
	filter: "policyd-weight",
	sayings: SAYINGS,
	ownIds: true,
};
