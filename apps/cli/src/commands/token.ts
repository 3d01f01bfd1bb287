/** `mailtrail token`: what scripts come in with. */
import { type NewTokenAnswer, RIGHTS, type TokenEntry } from "@mailtrail/core/wire";
import { ANSWERED, BadUse, NOTHING_FOUND } from "../failure.ts";
import { type HubClient, hubFrom } from "../hub/hub-client.ts";
import { type CommandSpec, type ReadOptions, readOptions } from "../options/read-options.ts";
import { tableLines } from "../print/table.ts";

const SPEC: CommandSpec = {
	usage: "mailtrail token list | create NAME --right RIGHT … | revoke NAME-OR-ID",
	about: `Tokens for scripts and monitoring. A token may what it was made for, never more than its maker.\nRights: ${RIGHTS.join(" ")}`,
	options: {
		right: { value: "RIGHT", help: "create: what it is for (repeatable)" },
		days: { value: "N", help: "create: how long it works; without it, until it is revoked" },
		hub: { value: "URL", help: "this hub (or MAILTRAIL_HUB; default: the last login)" },
		json: { help: "JSON Lines" },
	},
	examples: [
		"mailtrail token create prometheus --right metrics --days 365",
		"mailtrail token revoke prometheus",
	],
};

export async function tokenCommand(args: string[]): Promise<number> {
	const options = readOptions(SPEC, args);
	if (!options) return ANSWERED;
	const [verb, name, ...more] = options.words;
	if (more.length > 0 || (verb === "list") !== (name === undefined)) {
		throw new BadUse("token: write list, create NAME --right RIGHT … or revoke NAME-OR-ID; see --help");
	}
	const hub = hubFrom(options);
	switch (verb) {
		case "list":
			return list(await tokens(hub), options.flag("json"));
		case "create":
			return create(hub, name ?? "", options);
		case "revoke":
			return revoke(hub, name ?? "");
		default:
			throw new BadUse(`token ${verb ?? ""}: there is no such thing; see mailtrail token --help`);
	}
}

async function tokens(hub: HubClient): Promise<TokenEntry[]> {
	return (await hub.ask<{ tokens: TokenEntry[] }>("GET", "/api/tokens")).tokens;
}

function list(all: TokenEntry[], json: boolean): number {
	if (json) for (const token of all) process.stdout.write(`${JSON.stringify(token)}\n`);
	else {
		const rows = all.map((each) => [
			each.name,
			each.accountName,
			each.lastUsedAt ?? "never used",
			each.expiresAt ?? "until revoked",
			each.rights.join(" "),
			each.id,
		]);
		process.stdout.write(
			`${tableLines(["NAME", "OF", "LAST USED", "ENDS", "RIGHTS", "ID"], rows).join("\n")}\n`,
		);
	}
	return all.length > 0 ? ANSWERED : NOTHING_FOUND;
}

async function create(hub: HubClient, name: string, options: ReadOptions): Promise<number> {
	const rights = options.values("right").flatMap((each) => each.split(","));
	const known: readonly string[] = RIGHTS;
	const strange = rights.find((right) => !known.includes(right));
	if (strange !== undefined)
		throw new BadUse(`--right: there is no “${strange}”; there are ${RIGHTS.join(", ")}`);
	if (rights.length === 0) throw new BadUse(`token create: needs --right; there are ${RIGHTS.join(", ")}`);
	const days = options.value("days");
	if (days !== undefined && !(Number.isInteger(Number(days)) && Number(days) > 0)) {
		throw new BadUse("--days: needs a whole number of days");
	}
	const body = { name, rights, ...(days !== undefined && { days: Number(days) }) };
	const answer = await hub.ask<NewTokenAnswer>("POST", "/api/tokens", body);
	process.stdout.write(`${options.flag("json") ? JSON.stringify(answer) : answer.secret}\n`);
	return ANSWERED;
}

async function revoke(hub: HubClient, name: string): Promise<number> {
	const found = (await tokens(hub)).filter((each) => each.id === name || each.name === name);
	const [token, another] = found;
	if (another)
		throw new BadUse(
			`token revoke: ${found.length} tokens are called “${name}”; give the id of one, see token list`,
		);
	if (!token) {
		process.stderr.write(`mailtrail: no token “${name}” on ${hub.url}\n`);
		return NOTHING_FOUND;
	}
	await hub.ask("DELETE", `/api/tokens/${encodeURIComponent(token.id)}`);
	return ANSWERED;
}
