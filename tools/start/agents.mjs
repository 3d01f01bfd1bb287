/**
 * The agents that `npm start` runs: each is enrolled once with a one-time token, keeps its key below the data directory, and
 * is started again when it ends by itself.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { capture, StepFailed } from "../setup/step.mjs";
import { startChild, stopChild } from "./children.mjs";

const RESTART_MS_MIN = 1_000;
const RESTART_MS_MAX = 30_000;

/** @typedef {{ host: string, logs: string[] }} Followed what one agent follows */

export class Agents {
	#running = new Map();
	#stopped = false;

	/** @param {{ agent: string[], hub: string[], data: string, url: string, env: NodeJS.ProcessEnv }} setting commands as program and first arguments */
	constructor(setting) {
		this.setting = setting;
	}

	/** @param {Followed} followed */
	async start(followed) {
		const state = join(this.setting.data, "agents", followed.host);
		await this.#enrol(followed, state);
		void this.#keepRunning(followed.host, state);
	}

	async stop() {
		this.#stopped = true;
		await Promise.all([...this.#running.values()].map((running) => stopChild(running)));
	}

	async #enrol({ host, logs }, state) {
		const { hub, agent, data, url, env } = this.setting;
		if (movedTo(join(state, "enrolment.json"), url)) return;
		mkdirSync(state, { recursive: true });
		const what = `enrolling the agent of ${host}`;
		const token = await capture(hub[0], [...hub.slice(1), "token", "--data", data, "--host", host], { env });
		if (token.code !== 0)
			throw new StepFailed(what, token.output, "Start again; agents that are enrolled stay so.");
		const args = [
			...agent.slice(1),
			"enrol",
			url,
			"--token",
			lastWord(token.output),
			"--host",
			host,
			"--state",
			state,
			...logs.flatMap((log) => ["--source", log]),
		];
		const enrolled = await capture(agent[0], args, { env });
		if (enrolled.code !== 0)
			throw new StepFailed(what, enrolled.output, "Start again; agents that are enrolled stay so.");
	}

	async #keepRunning(host, state) {
		const { agent, env } = this.setting;
		let wait = RESTART_MS_MIN;
		while (!this.#stopped) {
			const started = Date.now();
			const running = startChild(agent[0], [...agent.slice(1), "run", "--state", state], { env });
			this.#running.set(host, running);
			const end = await running.ended;
			if (this.#stopped) return;
			if (Date.now() - started > RESTART_MS_MAX) wait = RESTART_MS_MIN;
			process.stderr.write(
				`mailtrail: the agent of ${host} ended (${end}), starting it again: ${lastLine(running.words())}\n`,
			);
			await sleep(wait);
			wait = Math.min(wait * 2, RESTART_MS_MAX);
		}
	}
}

/** An agent that was enrolled in an earlier run keeps its key; the hub's port may be another one now. */
function movedTo(enrolment, url) {
	if (!existsSync(enrolment)) return false;
	const known = JSON.parse(readFileSync(enrolment, "utf8"));
	const hub = `${url}/`;
	if (known.hub !== hub) {
		writeFileSync(`${enrolment}.new`, `${JSON.stringify({ ...known, hub }, null, "\t")}\n`, { mode: 0o600 });
		renameSync(`${enrolment}.new`, enrolment);
	}
	return true;
}

function lastWord(output) {
	return output.trim().split(/\s+/).at(-1) ?? "";
}

function lastLine(text) {
	return text.split("\n").at(-1) ?? "";
}
