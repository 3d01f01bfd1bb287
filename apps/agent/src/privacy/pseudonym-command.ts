/**
 * `pseudonym`: what an address is called in the hub, for whoever holds the site's key; `--new-key` makes that key. Names come
 * as arguments or, one a line, on standard input: so a list of all users shows who `p4m…` is.
 */
import type { Config } from "../config.ts";
import { UsageError } from "../usage-error.ts";
import { makeKey, readKey } from "./pseudonym-key.ts";
import { createPseudonyms } from "./pseudonyms.ts";

export interface PseudonymOptions {
	/** addresses, local parts, Message-IDs; none: they are read */
	addresses: string[];
	/** they are subjects */
	subject: boolean;
	/** the key file; else the settings' */
	key?: string;
	/** makes a key there and does nothing else */
	newKey?: string;
}

export function pseudonym(
	{ addresses, subject, key, newKey }: PseudonymOptions,
	config: Pick<Config, "pseudonym_key" | "pseudonym_keep">,
	read: () => string,
): string {
	if (newKey !== undefined) {
		makeKey(newKey);
		return [
			`A new key is in ${newKey}, mode 0600. Copy it to every host whose mail is to be followed together,`,
			"and keep a copy where only people may read it who may know whose mail it is.",
			"The agent's user must be able to read it, and nobody else:",
			`  chgrp mailtrail-agent ${newKey} && chmod 640 ${newKey}`,
			`Then set pseudonym_key = "${newKey}" in /etc/mailtrail/agent.toml, and restart the agent.`,
		].join("\n");
	}
	const path = key ?? config.pseudonym_key;
	if (path === "") throw new UsageError("pseudonym_key is not set: name the key's file with --key FILE");
	const { address, subject: ofSubject } = createPseudonyms(readKey(path), config.pseudonym_keep);
	const hide = (text: string) => (subject ? ofSubject(text) : address(text.replace(/^<(.*)>$/, "$1")));
	const [only, another] = addresses;
	// alone, so that it can stand in another command
	if (only !== undefined && another === undefined) return hide(only);
	const names =
		addresses.length > 0
			? addresses
			: read()
					.split(/\r?\n/)
					.filter((line) => line.trim() !== "");
	return names.map((name) => `${name}\t${hide(name.trim())}`).join("\n");
}
