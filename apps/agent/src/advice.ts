/** What to do where something of the way to the hub or of this host is not as it should be: each with the command to run. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { errorCode, quote } from "./sources/file-access.ts";

/** Of the package's unit: where it keeps its state. */
const SERVICE_STATE = "/var/lib/mailtrail-agent";
const SERVICE = "mailtrail-agent.service";
const UNIT_FOLDERS = ["/usr/lib/systemd/system", "/lib/systemd/system", "/etc/systemd/system"];
const OPENRC_SCRIPT = "/etc/init.d/mailtrail-agent";

/** The command that starts the agent of a state folder here. */
export function startCommand(state: string): string {
	if (state === SERVICE_STATE && existsSync(OPENRC_SCRIPT) && existsSync("/sbin/openrc-run"))
		return "rc-update add mailtrail-agent; rc-service mailtrail-agent start";
	const hasUnit = UNIT_FOLDERS.some((folder) => existsSync(join(folder, SERVICE)));
	if (state === SERVICE_STATE && hasUnit) return "systemctl enable --now mailtrail-agent";
	return `mailtrail-agent run${stateOption(state)}`;
}

/** Where the folder is not the one that counts by itself. */
export function stateOption(state: string): string {
	const isUsual =
		process.env.MAILTRAIL_AGENT_STATE === state || (process.getuid?.() === 0 && state === SERVICE_STATE);
	return isUsual ? "" : ` --state ${quote(state)}`;
}

/** How this host is enrolled: the token is made on the hub. */
export function enrolCommands(state: string, hub = "URL", host?: string): string {
	const named = host === undefined ? "" : ` --host ${quote(host)}`;
	return `on the hub: mailtrail-hub token${named}; then here: mailtrail-agent enrol ${hub} --token TOKEN${named}${stateOption(state)}`;
}

/** How to see whether the hub answers at all. */
export function askHubCommand(hub: string): string {
	return `curl -sS ${new URL("ready", hub).href}`;
}

/** OpenSSL's names for certificates that no authority of this machine vouches for */
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO|CERT_|ALTNAME/;
/** what a server that speaks no TLS makes of a greeting, by Node and by Bun */
const NO_TLS = /WRONG_VERSION_NUMBER|wrong version number|EPROTO/;
/** what a server that speaks TLS alone does with a question in plain text */
const ONLY_TLS = /ECONNRESET|socket hang up|ConnectionClosed|Parse Error|Malformed_HTTP/i;
const UNKNOWN_NAME = /^(?:ENOTFOUND|EAI_AGAIN|DNS_\w+)$/;

/** Why a hub did not answer, as far as that tells what to do. */
export function unreachableAdvice(hub: string, error: unknown): string {
	const { hostname, host, protocol } = new URL(hub);
	const code = errorCode(error) ?? "";
	const text = error instanceof Error ? error.message : "";
	if (UNTRUSTED.test(code))
		return "this machine does not trust its certificate; use a token that carries its fingerprint (mailtrail-hub token --pin URL), or add its authority to this machine's";
	if (NO_TLS.test(code) || NO_TLS.test(text))
		return `nothing there speaks TLS: is the hub's address ${hub.replace(/^https:/, "http:")}?`;
	if (protocol === "http:" && (ONLY_TLS.test(code) || ONLY_TLS.test(text)))
		return `it hung up on a question in plain text, as one does that speaks TLS: is the hub's address ${hub.replace(/^http:/, "https:")}?`;
	if (UNKNOWN_NAME.test(code)) return noAddress(hostname);
	if (code === "ECONNREFUSED")
		return `nothing listens at ${host}. On the hub: systemctl status mailtrail-hub; it is there for other machines only with another \`host\` in hub.toml than 127.0.0.1, or behind a proxy`;
	return `is the hub running, and the address right? Ask from here: ${askHubCommand(hub)}`;
}

/** A name without an address. */
export function noAddress(hostname: string): string {
	return `this machine knows no address of ${hostname}: is the name right? getent hosts ${hostname}`;
}

/** What helps where a folder cannot be written. */
export function diskAdvice(folder: string, error: unknown): string {
	const code = errorCode(error);
	const text = error instanceof Error ? error.message : String(error);
	return code === "ENOSPC" || code === "EDQUOT" ? `its disk is full: df -h ${quote(folder)}` : text;
}
