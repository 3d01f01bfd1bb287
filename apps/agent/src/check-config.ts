/** `check-config`: whether an agent with these settings would run, and what it would do here. Nothing is changed, nobody asked. */
import type { Config } from "./config.ts";
import { createPrivacy } from "./privacy/privacy.ts";
import { whatItDoes } from "./what-it-does.ts";

/** What to tell, and the exit status: 2 where something would not work. A setting that is none throws before. */
export function checkConfig(
	config: Config,
	files: readonly string[],
	state: string,
): { exit: 0 | 2; text: string } {
	// a rule that is none, a key that is not there: as at the start of a run
	createPrivacy(config);
	const { reads, keeps, answers, hasProblem } = whatItDoes(config, state);
	const from = files.length > 0 ? files.join(", ") : "no settings file: the defaults";
	const verdict = hasProblem
		? "The settings are right, but something is missing (not yet)."
		: "All is right.";
	return {
		exit: hasProblem ? 2 : 0,
		text: [`Read: ${from}`, ...reads, ...keeps, ...answers, verdict].join("\n"),
	};
}
