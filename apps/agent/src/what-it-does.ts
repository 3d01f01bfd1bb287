/** What an agent with some settings reads, keeps to itself and answers on this host, in words for its administrator. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { type Permission, PERMISSIONS } from "@mailtrail/core/wire";
import type { Config } from "./config.ts";
import { checkSource, closedLogs, discoverSources } from "./sources/discover.ts";
import { accessProblem, permissionCommand, userName } from "./sources/file-access.ts";

export interface Doing {
	reads: string[];
	/** what of the lines does not leave this host */
	keeps: string[];
	/** what the hub may ask for */
	answers: string[];
	/** something of it does not work yet */
	isMissing: boolean;
	/** there is a log to read, so that it runs */
	hasLog: boolean;
}

const NOT_YET = "    not yet: ";

/** `state` tells on whose behalf: the folder's owner is who will read. */
export function whatItDoes(config: Config, state: string): Doing {
	const reads = [...readsLogs(config, state), ...readsSpools(config)];
	const keeps = staysHere(config);
	const answers = requests(config);
	const isMissing = [...reads, ...keeps, ...answers].some((line) => line.startsWith(NOT_YET));
	return { reads, keeps, answers, isMissing, hasLog: reads[0] !== NO_LOG };
}

const NO_LOG = "No mail log was found here: name one with --source PATH, or in agent.toml.";

function readsLogs({ sources, journalctl }: Config, state: string): string[] {
	const found = sources.length > 0 ? sources.map(checkSource) : discoverSources(journalctl);
	if (found.length === 0) return [NO_LOG, ...closedLogs().map((problem) => `  not known: ${problem}`)];
	const user = ownerOf(state);
	const lines = ["It will read, and send every line of:"];
	for (const { source, problem } of found) {
		const why =
			problem ??
			missingProgram(source, journalctl) ??
			(user === undefined ? undefined : unreadableBy(user, source));
		lines.push(`  ${source}`, ...(why === undefined ? [] : [NOT_YET + why]));
	}
	return lines;
}

function readsSpools({ spools }: Config): string[] {
	return spools.length > 0 ? ["and the bounces in:", ...spools.map((spool) => `  ${spool}`)] : [];
}

/** The journal is read by a program, whose path may be wrong. */
function missingProgram(source: string, journalctl: string): string | undefined {
	const isJournal = source === "journal" || source.startsWith("journal:");
	if (!isJournal || !journalctl.includes("/") || existsSync(journalctl)) return undefined;
	return `journalctl = "${journalctl}" does not exist; command -v journalctl says where it is`;
}

/** What of the lines does not leave this host. */
function staysHere({ pseudonym_key, pseudonym_keep, drop }: Config): string[] {
	const lines: string[] = [];
	if (pseudonym_key !== "") {
		const but = pseudonym_keep.length > 0 ? `, but for ${pseudonym_keep.join(", ")}` : "";
		lines.push(`People's addresses, logins and subjects leave as pseudonyms, by ${pseudonym_key}${but}.`);
		const problem = accessProblem(pseudonym_key);
		if (problem !== undefined) lines.push(`${NOT_YET}${problem}; without its key it does not start`);
	}
	if (drop.length > 0) lines.push("These lines stay on this host:", ...drop.map((rule) => `  ${rule}`));
	return lines;
}

const REQUESTS: Record<Permission, (config: Config) => string> = {
	check: ({ check_ports }) => `check: connect to a mail host that it names, ports ${check_ports.join(", ")}`,
	queue: () => "queue: how many messages wait in the mail server's queue",
	spool: () => "spool: what bounces in the mailboxes above report",
	testmail: ({ sendmail }) => `testmail: hand in a short test message with ${sendmail}`,
};

function requests(config: Config): string[] {
	const { allow } = config;
	const others = PERMISSIONS.filter((name) => !allow.includes(name));
	const not = others.length > 0 ? [`Not allowed: ${others.join(", ")}`] : [];
	if (allow.length === 0) return ["The hub may ask nothing of it (allow in agent.toml)."];
	return [
		"The hub may ask it for (allow in agent.toml):",
		...allow.map((name) => `  ${REQUESTS[name](config)}`),
		...(allow.includes("testmail") && !existsSync(config.sendmail)
			? [
					`${NOT_YET}${config.sendmail} does not exist: set sendmail in agent.toml to the program that hands mail in`,
				]
			: []),
		...not,
	];
}

/** The service's user, where root enrols on its behalf. */
function ownerOf(state: string): string | undefined {
	const uid = statSync(state, { throwIfNoEntry: false })?.uid ?? 0;
	return process.getuid?.() === 0 && uid !== 0 ? userName(uid) : undefined;
}

/** Asked as that user, with its groups and the file's access lists. */
function unreadableBy(user: string, source: string): string | undefined {
	if (source.startsWith("journal")) return undefined;
	const { status } = spawnSync("runuser", ["-u", user, "--", "test", "-r", source]);
	if (status !== 1) return undefined;
	return `${source} may not be read by ${user}: ${permissionCommand(source, user)}`;
}
