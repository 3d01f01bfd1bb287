/**
 * Checks the checkers: a type error planted in `planted/` must be reported. svelte-check once reported nothing at all
 * with a compiler that it did not know; a silent checker would look like clean code.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { capture } from "../setup/step.mjs";

/** TS2322: a string assigned to a number */
const PLANTED = /not assignable to type 'number'/;

export async function plantedErrorIsFound(root, chain, env) {
	const planted = join(root, "tools/test/planted");
	const problems = [];
	const tsc = await capture(chain.pnpm, ["exec", "tsc", "-p", join(planted, "typescript")], {
		cwd: root,
		env,
	});
	if (tsc.code === 0 || !PLANTED.test(tsc.output)) problems.push(`tsc did not see it:\n${tsc.output}`);
	const web = join(root, "apps/web");
	if (existsSync(join(web, "node_modules/.bin/svelte-check"))) {
		const args = ["exec", "svelte-check", "--workspace", join(planted, "svelte"), "--output", "human"];
		const svelte = await capture(chain.pnpm, args, { cwd: web, env });
		if (svelte.code === 0 || !PLANTED.test(svelte.output))
			problems.push(`svelte-check did not see it:\n${svelte.output}`);
	}
	return { code: problems.length, output: problems.join("\n") };
}
