/** Daemons that started, stopped, reloaded or printed their statistics: master, postfix-script, anvil, scache and table reloads. */
import { canonicalIp } from "../../event/index.ts";
import { type PostfixLine, type Said, said } from "./said.ts";

/** Beginnings of lines about the mail system itself. */
const BEGINNINGS =
	/^(?:daemon started|reload|terminating on signal |starting the Postfix|stopping the Postfix|refreshing the Postfix|aborting the Postfix|waiting for the Postfix|the Postfix mail system is|stopped|table |cache |entering STRESS|leaving STRESS|time to retire|exiting to reopen|statistics: |Compiled against OpenSSL|compatibility|Postfix is (?:running|using)|To disable backwards|See http|Stopping |using backwards-compatible default|creating|rotating|flush(?:ing)? (?!socket: )|process generation|delivering|allowlisting|[Rr]ebuild)/;
const VERSION = /-- version (\S{1,40}?),/;

// master_ent.c: /etc/postfix/master.cf: line 12: using backwards-compatible default setting chroot=y
const BACKWARDS = /^\/.{1,300}: line \d{1,6}: using backwards-compatible default setting /;

/** daemon started -- version 3.7.11, configuration /etc/postfix · table hash:… has changed -- restarting */
export function readStatus(line: PostfixLine): Said | undefined {
	if (!BEGINNINGS.test(line.text) && !BACKWARDS.test(line.text)) return undefined;
	if (line.text.startsWith("statistics: ")) return readStatistics(line);
	return said({ kind: "status", text: line.text, version: VERSION.exec(line.text.slice(0, 200))?.[1] });
}

// anvil.c: statistics: max connection rate 1/60s for (smtp:192.0.2.1) at Dec  5 18:38:12
const ANVIL =
	/^statistics: max (?:connection|message|recipient|newtls|auth) (?:rate|count) (\d{1,9})(?:\/(\d{1,9})s)? for \(([^()]{1,400})\) at /;

function readStatistics(line: PostfixLine): Said {
	const match = ANVIL.exec(line.text);
	if (!match) return said({ kind: "status", text: line.text });
	const count = Number(match[1]);
	const { service, ip } = readIdent(match[3] as string);
	return said({
		kind: "status",
		text: line.text,
		client: ip === undefined ? undefined : { ip },
		service,
		count: match[2] === undefined ? count : undefined,
		rate: match[2] === undefined ? undefined : { count, seconds: Number(match[2]) },
	});
}

/** `smtp:192.0.2.1`, `127.0.0.1:10025:2001:db8::1`: the service ends at the first colon behind which an address stands. */
function readIdent(ident: string): { service: string; ip?: string } {
	for (let colon = ident.indexOf(":"); colon >= 0; colon = ident.indexOf(":", colon + 1)) {
		const ip = canonicalIp(ident.slice(colon + 1));
		if (ip !== undefined) return { service: ident.slice(0, colon), ip };
	}
	return { service: ident };
}
