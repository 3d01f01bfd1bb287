/** All rules in the order in which they are tried; the weak ones at the end are held as likely only. */
import type { Rule } from "../rule.ts";
import { FILTER_RULES } from "./filters.ts";
import { GOOGLE_RULES } from "./google.ts";
import { IDENTITY_RULES } from "./identity.ts";
import { JAPAN_RULES } from "./japan.ts";
import { JAPANESE_LIKELY_RULES, JAPANESE_RULES } from "./japanese.ts";
import { LARGE_SERVICE_RULES } from "./large-services.ts";
import { MESSAGE_RULES } from "./message.ts";
import { MICROSOFT_RULES } from "./microsoft.ts";
import { NETWORK_RULES } from "./network.ts";
import { OWN_HOST_RULES } from "./own-host.ts";
import { OWN_WORDS_RULES } from "./own-words.ts";
import { PARAPHRASE_RULES } from "./paraphrase.ts";
import { PROVIDER_CODE_RULES } from "./provider-codes.ts";
import { RECIPIENT_RULES } from "./recipient.ts";
import { REFUSALS_IN_OTHER_WORDS } from "./refusals-in-other-words.ts";
import { SENDING_SERVICE_RULES } from "./sending-services.ts";
import { STRUCTURE_RULES } from "./structure.ts";
import { TELLING_WORD_RULES } from "./telling-words.ts";
import { WEAK_RULES } from "./weak.ts";

const LIKELY_RULES: readonly Rule[] = [
	...JAPANESE_LIKELY_RULES,
	...REFUSALS_IN_OTHER_WORDS,
	...PARAPHRASE_RULES,
	...WEAK_RULES,
	...TELLING_WORD_RULES,
];

export const RULES: readonly Rule[] = [
	...JAPAN_RULES,
	...OWN_WORDS_RULES,
	...STRUCTURE_RULES,
	...PROVIDER_CODE_RULES,
	...GOOGLE_RULES,
	...MICROSOFT_RULES,
	...LARGE_SERVICE_RULES,
	...FILTER_RULES,
	...SENDING_SERVICE_RULES,
	...OWN_HOST_RULES,
	...IDENTITY_RULES,
	...RECIPIENT_RULES,
	...MESSAGE_RULES,
	...NETWORK_RULES,
	...JAPANESE_RULES,
	...LIKELY_RULES,
];
export const FIRST_WEAK_RULE = RULES.length - LIKELY_RULES.length;
