/** Questions to a hub's API with a token. Which hub and which token: `--hub`, MAILTRAIL_HUB and MAILTRAIL_TOKEN, what login kept. */
import type { ErrorAnswer } from "@mailtrail/core/wire";
import { BadUse, HubFailed } from "../failure.ts";
import type { ReadOptions } from "../options/read-options.ts";
import { readLogins } from "./saved-logins.ts";

/** for a hub's answer */
export const TIMEOUT_MS = 30_000;

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

export interface HubClient {
	/** without a slash at its end */
	url: string;
	ask<T>(method: Method, path: string, body?: object): Promise<T>;
}

/** The hub that a command means, with the right to ask it. */
export function hubFrom(options: ReadOptions): HubClient {
	const logins = readLogins();
	const named = options.value("hub") ?? process.env.MAILTRAIL_HUB ?? logins.last;
	if (named === undefined)
		throw new BadUse("no hub: name one with --hub URL or MAILTRAIL_HUB, or run mailtrail login URL");
	const url = hubAddress(named);
	const token = process.env.MAILTRAIL_TOKEN ?? logins.tokens[url];
	if (token === undefined) {
		throw new BadUse(`${url}: not signed in; run mailtrail login ${url}, or set MAILTRAIL_TOKEN`);
	}
	return clientFor(url, { authorization: `Bearer ${token}` });
}

export function hubAddress(text: string): string {
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (url?.protocol !== "http:" && url?.protocol !== "https:") {
		throw new BadUse(`--hub: “${text}” is no address; write one like https://mailtrail.example.com`);
	}
	return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

export function clientFor(url: string, headers: Record<string, string>): HubClient {
	return {
		url,
		ask: async <T>(method: Method, path: string, body?: object) =>
			(await readAnswer<T>(url, await send(url, path, headers, method, body))).body,
	};
}

/** The answer with its headers, for signing in. */
export async function askWithHeaders<T>(
	url: string,
	path: string,
	headers: Record<string, string>,
	body: object,
): Promise<{ body: T; cookie: string }> {
	const response = await send(url, path, headers, "POST", body);
	const cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
	return { ...(await readAnswer<T>(url, response)), cookie };
}

/** The hub's own words of why not. */
export class HubRefused extends HubFailed {
	readonly code: string;

	constructor(url: string, status: number, answer: Partial<ErrorAnswer>) {
		super(`${url}: ${answer.message ?? `answered ${status}; is this the address of a Mailtrail hub?`}`);
		this.code = answer.code ?? String(status);
	}
}

async function send(
	url: string,
	path: string,
	headers: Record<string, string>,
	method: Method,
	body: object | undefined,
): Promise<Response> {
	try {
		return await fetch(`${url}${path}`, {
			method,
			redirect: "error",
			headers: { ...headers, ...(body && { "content-type": "application/json" }) },
			signal: AbortSignal.timeout(TIMEOUT_MS),
			...(body && { body: JSON.stringify(body) }),
		});
	} catch (error) {
		throw new HubFailed(`${url}: cannot be reached (${why(error)}); check the address and that the hub runs`);
	}
}

async function readAnswer<T>(url: string, response: Response): Promise<{ body: T }> {
	const body: unknown = await response.json().catch(() => undefined);
	if (!response.ok) throw new HubRefused(url, response.status, (body ?? {}) as Partial<ErrorAnswer>);
	if (body === undefined)
		throw new HubFailed(`${url}: gave no JSON; is this the address of a Mailtrail hub?`);
	return { body: body as T };
}

/** Why `fetch` failed: what the system says, for its own words are the same for everything. */
export function why(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	if (error.name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1000} s`;
	const { cause } = error;
	if (!(cause instanceof Error)) return error.message;
	return "code" in cause ? String(cause.code) : cause.message;
}
