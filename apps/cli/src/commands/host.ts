/** `mailtrail host`: the hosts of a hub, tokens for new ones, and shutting one out. */
import type { HostAnswer, HostsAnswer } from "@mailtrail/core/wire";
import { ANSWERED, BadUse, NOTHING_FOUND } from "../failure.ts";
import { hubFrom } from "../hub/hub-client.ts";
import { type CommandSpec, readOptions } from "../options/read-options.ts";
import { tableLines } from "../print/table.ts";

const SPEC: CommandSpec = {
	usage: "mailtrail host list | token [NAME] | revoke NAME",
	about:
		"The hosts whose agents send to a hub. token prints what enrols one agent, within a day; with a name it may replace\nthat host's key. revoke shuts a host's agent out at once; its lines stay.",
	options: {
		hub: { value: "URL", help: "this hub (or MAILTRAIL_HUB; default: the last login)" },
		json: { help: "JSON Lines" },
	},
	examples: ["mailtrail host list", "mailtrail host token mx1", "mailtrail host revoke mx1"],
};

export async function hostCommand(args: string[]): Promise<number> {
	const options = readOptions(SPEC, args);
	if (!options) return ANSWERED;
	const [verb, name, ...more] = options.words;
	if (more.length > 0) throw new BadUse("host takes one name at most; see --help");
	const hub = hubFrom(options);
	const json = options.flag("json");
	if (verb === "token") {
		const body = name === undefined ? {} : { host: name };
		const answer = await hub.ask<{ token: string; expiresAt: string }>("POST", "/api/agents/tokens", body);
		process.stdout.write(`${json ? JSON.stringify(answer) : answer.token}\n`);
		return ANSWERED;
	}
	const { hosts } = await hub.ask<HostsAnswer>("GET", "/api/hosts");
	if (verb === "list" && name === undefined) return list(hosts, json);
	if (verb !== "revoke" || name === undefined)
		throw new BadUse("host: write list, token [NAME] or revoke NAME");
	const host = hosts.find((each) => each.host === name);
	if (!host) {
		process.stderr.write(`mailtrail: no host “${name}” on ${hub.url}\n`);
		return NOTHING_FOUND;
	}
	await hub.ask("POST", `/api/agents/${encodeURIComponent(host.agent)}/revoke`, {});
	return ANSWERED;
}

function list(hosts: HostAnswer[], json: boolean): number {
	if (json) for (const host of hosts) process.stdout.write(`${JSON.stringify(host)}\n`);
	else {
		const rows = hosts.map((host) => [
			host.host,
			host.connected ? "connected" : "away",
			host.lastSeenAt ?? "never",
			String(host.lines),
			host.version ?? "",
		]);
		process.stdout.write(
			`${tableLines(["HOST", "AGENT", "LAST SEEN", "LINES", "VERSION"], rows).join("\n")}\n`,
		);
	}
	return hosts.length > 0 ? ANSWERED : NOTHING_FOUND;
}
