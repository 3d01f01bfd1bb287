/**
 * How pflogsumm groups refusals (its sub proc_smtpd_reject): codes, addresses and explanations are left out, the kind
 * of refusal stays. Its rules for MAIL, HELO and the rest fail where an enhanced status follows the code (they group by
 * address, or by the HELO name): those are read by the rule for RCPT too.
 */

/** The reason, from the words behind `reject: RCPT from client: `. */
export function refusalReason(words: string, verbose: boolean): string {
	const said = withoutFields(words);
	if (verbose) return said;
	const plain = withoutSubject(said);
	const protocol = /^\d{3} \d\.\d\.\d (Protocol error);/.exec(`${plain};`);
	if (protocol?.[1]) return protocol[1];
	// what is left of `450 4.2.0 Greylisted` are its words
	const reason = withoutAddress(`${plain};`) ?? plain.replace(/^\d{3} (?:\d\.\d{1,3}\.\d{1,3} )?/, "");
	return withoutBlocked(withoutDetail(reason));
}

/** Up to the fields that end every refusal. */
function withoutFields(words: string): string {
	const fields = /; {0,3}(?=from=<|to=<|proto=|helo=<)/.exec(words);
	return fields ? words.slice(0, fields.index) : words;
}

/** `550 <anything>: Helo command rejected` → `550 <>: Helo command rejected`: an address or a HELO name holds anything. */
function withoutSubject(words: string): string {
	const head = /^(\d{3} (?:\d\.\d{1,3}\.\d{1,3} )?<)/.exec(words)?.[0];
	const end = head === undefined ? -1 : words.indexOf(">:", head.length);
	return head === undefined || end < 0 ? words : head + words.slice(end);
}

/** What stands between the first `: ` or `; ` and the next `;` or `,`. */
function withoutAddress(words: string): string | undefined {
	const start = /[:;] /g;
	for (let found = start.exec(words); found; found = start.exec(words)) {
		const rest = words.slice(found.index + 2);
		const bracket = rest.startsWith("[") ? rest.indexOf("] ") : -1;
		for (const candidate of bracket > 1 ? [rest.slice(bracket + 2), rest] : [rest]) {
			const end = candidate.search(/[;,]/);
			if (end > 0) return candidate.slice(0, end);
		}
	}
	return undefined;
}

/** `Recipient address rejected: Greylisted: see …` → without what follows. */
function withoutDetail(reason: string): string {
	if (!/^(?:Sender|Recipient) address rejected: /.test(reason)) return reason;
	const colon = reason.indexOf(":", reason.indexOf(": ") + 2);
	return colon < 0 ? reason : reason.slice(0, colon);
}

/** `Client host [192.0.2.1] blocked using zen.example` → `blocked using zen.example` */
function withoutBlocked(reason: string): string {
	const who = /client|Client host|Sender address/.exec(reason);
	const blocked = who ? reason.indexOf(" blocked", who.index + who[0].length + 2) : -1;
	return who && blocked >= 0 ? reason.slice(0, who.index) + reason.slice(blocked + 1) : reason;
}
