/** `mailtrail user`: the accounts of a hub. */
import {
	type Account,
	type AccountAnswer,
	type NewAccountAnswer,
	ROLES,
	type SignInLink,
} from "@mailtrail/core/wire";
import { ANSWERED, BadUse, NOTHING_FOUND } from "../failure.ts";
import { type HubClient, hubFrom } from "../hub/hub-client.ts";
import { type CommandSpec, type ReadOptions, readOptions } from "../options/read-options.ts";
import { tableLines } from "../print/table.ts";

const SPEC: CommandSpec = {
	usage:
		"mailtrail user list | add NAME | change NAME | disable NAME | enable NAME | link NAME | remove NAME",
	about:
		"The accounts of a hub. add and link print an address that signs that person in once; a helpdesk sees the mail\nof its domains only, with masked addresses and no log lines.",
	options: {
		role: { value: ROLES.join("|"), help: "add, change: what the person may do" },
		domain: { value: "DOMAIN", help: "add, change: a helpdesk's domain (repeatable)" },
		rename: { value: "NAME", help: "change: the new name" },
		"remove-second-factor": { help: "change: for somebody who lost the phone" },
		hub: { value: "URL", help: "this hub (or MAILTRAIL_HUB; default: the last login)" },
		json: { help: "JSON Lines" },
	},
	examples: [
		"mailtrail user add sato --role helpdesk --domain example.jp",
		"mailtrail user link sato",
		"mailtrail user list --json",
	],
};

export async function userCommand(args: string[]): Promise<number> {
	const options = readOptions(SPEC, args);
	if (!options) return ANSWERED;
	const [verb, name, ...more] = options.words;
	if (verb === undefined || more.length > 0 || (verb === "list") !== (name === undefined)) {
		throw new BadUse(`user: write ${SPEC.usage.slice("mailtrail user ".length)}; see --help`);
	}
	const hub = hubFrom(options);
	if (verb === "list") return list(hub, options);
	if (verb === "add") return add(hub, name ?? "", options);
	const account = (await accounts(hub)).find((each) => each.name.toLowerCase() === name?.toLowerCase());
	if (!account) {
		process.stderr.write(`mailtrail: no account “${name}” on ${hub.url}\n`);
		return NOTHING_FOUND;
	}
	const path = `/api/accounts/${encodeURIComponent(account.id)}`;
	switch (verb) {
		case "change":
			return tell(options, (await hub.ask<AccountAnswer>("PATCH", path, changeOf(options))).account);
		case "disable":
		case "enable":
			return tell(
				options,
				(await hub.ask<AccountAnswer>("PATCH", path, { disabled: verb === "disable" })).account,
			);
		case "link":
			return printLink(options, await hub.ask<SignInLink>("POST", `${path}/link`));
		case "remove":
			await hub.ask("DELETE", path);
			return ANSWERED;
		default:
			throw new BadUse(`user ${verb}: there is no such thing; see mailtrail user --help`);
	}
}

async function accounts(hub: HubClient): Promise<Account[]> {
	return (await hub.ask<{ accounts: Account[] }>("GET", "/api/accounts")).accounts;
}

async function list(hub: HubClient, options: ReadOptions): Promise<number> {
	const all = await accounts(hub);
	if (options.flag("json")) {
		for (const account of all) process.stdout.write(`${JSON.stringify(account)}\n`);
		return ANSWERED;
	}
	const rows = all.map((each) => [
		each.name,
		each.role,
		stateOf(each),
		each.lastSeenAt ?? "never",
		each.domains?.join(" ") ?? "",
	]);
	process.stdout.write(`${tableLines(["NAME", "ROLE", "STATE", "LAST SEEN", "DOMAINS"], rows).join("\n")}\n`);
	return ANSWERED;
}

function stateOf({ disabled, lockedUntil, hasPassword, secondFactor }: Account): string {
	if (disabled) return "disabled";
	if (lockedUntil !== undefined) return "locked";
	if (!hasPassword) return "no password yet";
	return secondFactor ? "two factors" : "password";
}

async function add(hub: HubClient, name: string, options: ReadOptions): Promise<number> {
	const role = options.value("role");
	if (role === undefined) throw new BadUse(`user add: needs --role ${ROLES.join("|")}`);
	const domains = options.values("domain");
	const answer = await hub.ask<NewAccountAnswer>("POST", "/api/accounts", {
		name,
		role,
		...(domains.length > 0 && { domains }),
	});
	if (options.flag("json")) process.stdout.write(`${JSON.stringify(answer)}\n`);
	else process.stdout.write(`${answer.link ?? ""}\n`);
	return ANSWERED;
}

function changeOf(options: ReadOptions): object {
	const domains = options.values("domain");
	const change = {
		...(options.value("role") !== undefined && { role: options.value("role") }),
		...(options.value("rename") !== undefined && { name: options.value("rename") }),
		...(domains.length > 0 && { domains }),
		...(options.flag("remove-second-factor") && { removeSecondFactor: true }),
	};
	if (Object.keys(change).length === 0) throw new BadUse("user change: name what to change, see --help");
	return change;
}

function tell(options: ReadOptions, account: Account): number {
	if (options.flag("json")) process.stdout.write(`${JSON.stringify(account)}\n`);
	else process.stdout.write(`${account.name}: ${account.role}, ${stateOf(account)}\n`);
	return ANSWERED;
}

function printLink(options: ReadOptions, link: SignInLink): number {
	process.stdout.write(options.flag("json") ? `${JSON.stringify(link)}\n` : `${link.link}\n`);
	return ANSWERED;
}
