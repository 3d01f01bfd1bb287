/** All rules in the order in which they are tried; the weak ones at the end are held as likely only. */
import type { Rule } from "../rule.ts";
import { IDENTITY_RULES } from "./identity.ts";
import { MESSAGE_RULES } from "./message.ts";
import { NETWORK_RULES } from "./network.ts";
import { PROVIDER_RULES } from "./providers.ts";
import { RECIPIENT_RULES } from "./recipient.ts";
import { WEAK_RULES } from "./weak.ts";

export const RULES: readonly Rule[] = [
	...PROVIDER_RULES,
	...IDENTITY_RULES,
	...RECIPIENT_RULES,
	...MESSAGE_RULES,
	...NETWORK_RULES,
	...WEAK_RULES,
];
export const FIRST_WEAK_RULE = RULES.length - WEAK_RULES.length;
