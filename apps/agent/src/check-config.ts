/** `check-config`: whether an agent with these settings would run, and what it would do here. Nothing is changed, nobody asked. */
import type { Config } from "./config.ts";
import { createPrivacy } from "./privacy/privacy.ts";
import { whatItDoes } from "./what-it-does.ts";

/** What to tell, and the exit status: 2 where a run would find nothing to read. What a run would refuse is thrown. */
export function checkConfig(
	config: Config,
	files: readonly string[],
	state: string,
): { exit: 0 | 2; text: string } {
	// a rule that is none, a key that is not there: as at the start of a run
	createPrivacy(config);
	const { reads, keeps, answers, isMissing, hasLog } = whatItDoes(config, state);
	const from = files.length > 0 ? files.join(", ") : "no settings file: the defaults";
	const missing = isMissing ? "; what does not work yet is marked" : "";
	const verdict = hasLog ? [`The settings are right${missing}.`] : [];
	return {
		exit: hasLog ? 0 : 2,
		text: [`Read: ${from}`, ...reads, ...keeps, ...answers, ...verdict].join("\n"),
	};
}
