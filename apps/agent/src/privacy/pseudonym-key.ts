/**
 * The site's key for pseudonyms: one file, the same on every host, that the agent may read and nobody else. Whoever has it can
 * find out whom a pseudonym stands for, by trying; whoever has it not cannot. Without it an agent that should hide
 * names does not start.
 */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { writePrivately } from "../enrolment.ts";
import { errorCode, permissionCommand, userName } from "../sources/file-access.ts";
import { UsageError } from "../usage-error.ts";

const KEY_BYTES = 32;
/** base64url, as `makeKey` writes it; a longer one is as good */
const KEY = /^[\w-]{43,256}$/;
const OTHERS = 0o007;

/** Makes a new key file; never over an old one, whose pseudonyms would never be found again. */
export function makeKey(path: string): void {
	if (existsSync(path)) {
		throw new UsageError(
			`${path} is there already: a new key would give everybody a new pseudonym. Move it away first.`,
		);
	}
	try {
		mkdirSync(dirname(path), { recursive: true });
		writePrivately(path, `${randomBytes(KEY_BYTES).toString("base64url")}\n`);
		chmodSync(path, 0o600);
	} catch (error) {
		throw new UsageError(`${path} cannot be made: ${String(error)}`);
	}
}

export function readKey(path: string): Buffer {
	let text: string;
	try {
		text = readFileSync(path, "utf8").trim();
	} catch (error) {
		if (errorCode(error) === "ENOENT")
			throw new UsageError(
				`pseudonym_key ${path} does not exist, and names must not leave without it: copy it from another host, or make the first one: mailtrail-agent pseudonym --new-key ${path}`,
			);
		if (errorCode(error) === "EACCES")
			throw new UsageError(
				`pseudonym_key ${path} may not be read by ${userName()}: ${permissionCommand(path)}`,
			);
		throw new UsageError(`pseudonym_key ${path} cannot be read: ${String(error)}`);
	}
	if (!KEY.test(text))
		throw new UsageError(
			`pseudonym_key ${path} is no key: it holds one line of 43 letters and digits. Copy it anew.`,
		);
	if (statSync(path).mode & OTHERS)
		throw new UsageError(
			`pseudonym_key ${path} may be read by every user of this host: sudo chmod o-rwx ${path}`,
		);
	return Buffer.from(text, "base64url");
}
