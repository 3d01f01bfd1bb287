/** `check-config`: whether an agent with these settings would run, and what it would do here. Nothing is changed, nobody asked. */
import type { Config } from "./config.ts";
import { createPrivacy } from "./privacy/privacy.ts";
import { UsageError } from "./usage-error.ts";
import { whatItDoes } from "./what-it-does.ts";

/** What to tell, and the exit status: 2 where a run would find nothing to read. All that a run would refuse is thrown. */
export function checkConfig(
	{ config, wrong }: { config: Config; wrong: readonly string[] },
	files: readonly string[],
	state: string,
): { exit: 0 | 2; text: string } {
	const mistakes = [...wrong, ...privacyMistakes(config)];
	if (mistakes.length > 0) throw new UsageError(mistakes.join("\n"));
	const { reads, keeps, answers, isMissing, hasLog } = whatItDoes(config, state);
	const from = files.length > 0 ? files.join(", ") : "no settings file: the defaults";
	const missing = isMissing ? "; what does not work yet is marked" : "";
	const verdict = hasLog ? [`The settings are right${missing}.`] : [];
	return {
		exit: hasLog ? 0 : 2,
		text: [`Read: ${from}`, ...reads, ...keeps, ...answers, ...verdict].join("\n"),
	};
}

/** A rule that is none, a key that is not there: each by itself, as at the start of a run. */
function privacyMistakes({ drop, pseudonym_key, pseudonym_keep }: Config): string[] {
	const none = { drop: [], pseudonym_key: "", pseudonym_keep };
	const parts = [{ ...none, pseudonym_key }, ...drop.map((rule) => ({ ...none, drop: [rule] }))];
	return parts.flatMap((part) => {
		try {
			createPrivacy(part);
			return [];
		} catch (error) {
			if (!(error instanceof UsageError)) throw error;
			return [error.message];
		}
	});
}
