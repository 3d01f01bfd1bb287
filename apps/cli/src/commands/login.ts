/**
 * `mailtrail login`: signs in to a hub once and keeps a token for this user, so that later commands need none. The password
 * is asked for and kept nowhere; what is kept can be revoked on the hub.
 */
import { hostname, userInfo } from "node:os";
import type { NewTokenAnswer, SessionAnswer } from "@mailtrail/core/wire";
import { ANSWERED, BadUse } from "../failure.ts";
import { askPerson, readFirstLine } from "../hub/ask-person.ts";
import { askWithHeaders, clientFor, HubRefused, hubAddress } from "../hub/hub-client.ts";
import { loginsFile, readLogins, writeLogins } from "../hub/saved-logins.ts";
import { type CommandSpec, readOptions } from "../options/read-options.ts";

const SPEC: CommandSpec = {
	usage: "mailtrail login [OPTIONS] URL",
	about: "Signs in to a hub and keeps a token for it, for trace, user, host and token.",
	options: {
		name: { value: "NAME", help: "the account; asked for without it" },
		token: { value: "-", help: "keep the token that is on standard input, instead of asking for a password" },
		days: { value: "N", help: "how long the token works (90)" },
		forget: { help: "forget the token of this hub" },
	},
	examples: [
		"mailtrail login https://mailtrail.example.com",
		"mailtrail-hub api-token | mailtrail login http://127.0.0.1:8025 --token -",
	],
};

const DAYS = 90;

export async function loginCommand(args: string[]): Promise<number> {
	const options = readOptions(SPEC, args);
	if (!options) return ANSWERED;
	const [address, ...more] = options.words;
	if (address === undefined || more.length > 0) throw new BadUse("login takes one hub's address; see --help");
	const url = hubAddress(address);
	const { tokens } = readLogins();
	if (options.flag("forget")) {
		delete tokens[url];
		writeLogins({ tokens });
		return ANSWERED;
	}
	const days = Number(options.value("days") ?? DAYS);
	if (!Number.isInteger(days) || days < 1) throw new BadUse("--days: needs a whole number of days");
	const given = options.value("token");
	if (given !== undefined && given !== "-")
		throw new BadUse("--token: takes - and reads the token from standard input");
	const token = given === "-" ? await readFirstLine() : await signIn(url, options.value("name"), days);
	const { account } = await clientFor(url, { authorization: `Bearer ${token}` }).ask<SessionAnswer>(
		"GET",
		"/api/session",
	);
	if (!account) throw new BadUse(`${url}: does not know this token; was it revoked, or is it another hub's?`);
	writeLogins({ last: url, tokens: { ...tokens, [url]: token } });
	process.stderr.write(
		`Signed in to ${url} as ${account.name} (${account.role}); the token is in ${loginsFile()}\n`,
	);
	return ANSWERED;
}

async function signIn(url: string, named: string | undefined, days: number): Promise<string> {
	const name = named ?? (await askPerson(`Name on ${url}: `));
	const password = await askPerson("Password: ", { secret: true });
	const headers = { origin: new URL(url).origin };
	const body = { name, password };
	const { body: session, cookie } = await askWithHeaders<SessionAnswer>(
		url,
		"/api/session",
		headers,
		body,
	).catch(async (error: unknown) => {
		if (!(error instanceof HubRefused) || error.code !== "code-needed") throw error;
		const code = await askPerson("Code: ");
		return await askWithHeaders<SessionAnswer>(url, "/api/session", headers, { ...body, code });
	});
	const mine = clientFor(url, { ...headers, cookie });
	const rights = session.rights;
	if (rights.length === 0) throw new BadUse(`${url}: set up a second factor on the page first`);
	const label = `mailtrail login of ${userInfo().username} on ${hostname()}`.slice(0, 100);
	const { secret } = await mine.ask<NewTokenAnswer>("POST", "/api/tokens", { name: label, rights, days });
	await mine.ask("DELETE", "/api/session");
	return secret;
}
