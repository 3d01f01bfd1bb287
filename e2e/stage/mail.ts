/** Log lines of a message's way over two Postfix hosts, as their hosts write them (RFC 3339 file format). */

export interface Message {
	sender: string;
	recipient: string;
	/** number that makes its queue ids and its Message-ID its own */
	n: number;
	at?: Date;
}

const long = (n: number) =>
	`4jX${n
		.toString(36)
		.toUpperCase()
		.padStart(8, "B")
		.replaceAll(/[AEIOU]/g, "z")}zJp${"BCDFGHJKLM"[n % 10]}`;
const short = (n: number) => (0xa00000000 + n).toString(16).toUpperCase();

const stamp = (at: Date, plus: number) =>
	new Date(at.getTime() + plus).toISOString().replace("Z", "000+00:00");

/** The submission host takes the message and hands it to the relay. */
export function onSubmission({ sender, recipient, n, at = new Date() }: Message): string {
	const id = long(n);
	return [
		`${stamp(at, 0)} sub postfix/smtpd[183]: ${id}: client=app02.corp.example[192.0.2.2]`,
		`${stamp(at, 1)} sub postfix/cleanup[187]: ${id}: message-id=<m${n}@app02.corp.example>`,
		`${stamp(at, 2)} sub postfix/qmgr[182]: ${id}: from=<${sender}>, size=424, nrcpt=1 (queue active)`,
		`${stamp(at, 60)} sub postfix/smtp[188]: ${id}: to=<${recipient}>, relay=relay1.corp.example[192.0.2.10]:25, delay=0.06, delays=0/0/0.05/0.01, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${short(n)})`,
		`${stamp(at, 61)} sub postfix/qmgr[182]: ${id}: removed`,
		"",
	].join("\n");
}

/** The relay takes it and gets this answer from the destination: the words in the brackets behind `status=`. */
export function onRelay(
	{ sender, recipient, n, at = new Date() }: Message,
	status: string,
	dsn: string,
	words: string,
): string {
	const id = short(n);
	return [
		`${stamp(at, 50)} relay1 postfix/smtpd[200]: ${id}: client=sub.corp.example[192.0.2.9]`,
		`${stamp(at, 51)} relay1 postfix/cleanup[201]: ${id}: message-id=<m${n}@app02.corp.example>`,
		`${stamp(at, 52)} relay1 postfix/qmgr[202]: ${id}: from=<${sender}>, size=700, nrcpt=1 (queue active)`,
		`${stamp(at, 300)} relay1 postfix/smtp[203]: ${id}: to=<${recipient}>, relay=mx.dest.example[198.51.100.7]:25, delay=0.25, delays=0.01/0/0.14/0.1, dsn=${dsn}, status=${status} (${words})`,
		...(status === "deferred" ? [] : [`${stamp(at, 301)} relay1 postfix/qmgr[202]: ${id}: removed`]),
		"",
	].join("\n");
}
