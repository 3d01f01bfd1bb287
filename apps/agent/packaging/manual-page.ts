/** mailtrail-agent(8), made from what the program prints and accepts, so that it cannot tell of another version. */
import { SETTINGS, usage } from "../src/arguments.ts";
import { isExample, settings } from "./settings-text.ts";

const STATE = "/var/lib/mailtrail-agent";

export function manualPage(): string {
	const [summary = "", ...rest] = usage(STATE).trimEnd().split("\n");
	return `${[
		'.TH MAILTRAIL-AGENT 8 "" Mailtrail "System Administration"',
		...section("NAME", [roff(summary.replace(": ", " \\- "), "\\-")]),
		...section("SYNOPSIS", [".nf", ...rest.map((line) => roff(line)), ".fi"]),
		...section(
			"DESCRIPTION",
			DESCRIPTION.map((line) => roff(line)),
		),
		...section("SETTINGS", [
			roff(`Set in ${SETTINGS}, over it in agent.toml of the state folder, over both in the environment as`),
			roff("MAILTRAIL_AGENT_NAME (lists with commas), over all by options."),
			...settings().flatMap(({ name, description, value }) => [
				".TP",
				roff(isExample(name) ? name : `${name} = ${value}`),
				roff(description.replaceAll("`", '"')),
			]),
		]),
		...section("FILES", pairs(FILES)),
		...section("EXIT STATUS", pairs(EXITS)),
		...section("SEE ALSO", [roff("journalctl(1), logrotate(8), systemd.exec(5)")]),
	].join("\n")}\n`;
}

const DESCRIPTION = [
	"Follows the mail log of this host, files or the journal, and streams every line to a hub over one connection that it opens itself; it listens on no port.",
	"enrol makes a key pair, hands the public half and the one-time token to the hub, and prints what will be read and done. The private half stays in the state folder.",
	"A hub with https: is known by the certificate authorities of this machine, or by the fingerprint that the token carries (TOKEN.fp-…), and by nothing else then.",
	"The hub may ask of this host only what allow names in the settings.",
	"pseudonym prints what an address, a Message-ID or, with --subject, a subject is called in the hub, under the key that pseudonym_key names: one alone, or of several (as arguments, else a line each on standard input) name and pseudonym with a tab between. --new-key makes the key. What is hidden and what still shows: docs/privacy.md of the sources.",
	"The service mailtrail-agent runs as the user mailtrail-agent in the groups adm and systemd-journal; it starts once the host is enrolled.",
];
const FILES: [string, string][] = [
	[SETTINGS, "settings of the machine"],
	[`${STATE}/agent.toml`, "settings that count over them, where it exists"],
	[
		"/etc/mailtrail/pseudonym.key",
		"by custom, the site's key for pseudonyms; readable by root and the group mailtrail-agent, the same on every host",
	],
	[`${STATE}/enrolment.json`, "the key, the hub's address and fingerprint; mode 0600"],
	[
		`${STATE}/health.json`,
		"how the running agent is, for status and for monitoring; written every two seconds",
	],
	[
		"/usr/share/doc/mailtrail-agent/examples/",
		"additions to the unit for what allow names beside check: reading mailboxes, the queue, handing in test messages",
	],
];
const EXITS: [string, string][] = [
	["0", "done; status: connected"],
	["1", "status: no agent runs"],
	["2", "bad use or settings; one line on standard error says which"],
	["3", "the hub cannot be reached, or refused"],
];

function section(title: string, lines: string[]): string[] {
	return [`.SH ${title}`, ...lines];
}

function pairs(list: [string, string][]): string[] {
	return list.flatMap(([term, text]) => [".TP", roff(term), roff(text)]);
}

/** A line of text as roff takes it: no escapes, no leading control character; `keep` is roff already. */
function roff(line: string, keep?: string): string {
	const escaped = line
		.split(keep ?? "\u0000")
		.map((part) => part.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("…", "..."))
		.join(keep);
	return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
