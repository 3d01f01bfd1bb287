/** The hub of `npm start`: running, with its address, once its page answers. */
import { setTimeout as sleep } from "node:timers/promises";
import { StepFailed } from "../setup/step.mjs";
import { startChild } from "./children.mjs";

const PATIENCE_MS = 30_000;

/** @typedef {{ running: import("./children.mjs").Running, announced: Promise<string> }} Hub */

/**
 * @param {string[]} command program and first arguments
 * @param {NonNullable<ReturnType<import("./options.mjs").readStartOptions>>} options
 * @returns {Hub}
 */
export function spawnHub(command, options, env) {
	const args = [...command.slice(1), "serve", "--data", options.data];
	if (options.port !== undefined) args.push("--port", options.port);
	if (options.host !== undefined) args.push("--host", options.host);
	if (options.sample) args.push("--sample");
	let found;
	const announced = new Promise((resolve) => {
		found = resolve;
	});
	const onLine = (line) => {
		if (/https?:\/\//.test(line)) found(line.trim());
	};
	return { running: startChild(command[0], args, { env, onLine }), announced };
}

/**
 * @param {Hub} hub
 * @returns {Promise<{ line: string, url: string }>} `line` is the hub's, with the address to open
 */
export async function hubAnswers({ running, announced }) {
	const patience = sleep(PATIENCE_MS, undefined, { ref: false });
	const line = await Promise.race([announced, running.ended.then(() => undefined), patience]);
	if (line === undefined)
		throw new StepFailed("starting the hub", running.words(), adviceFor(running.words()));
	const url = new URL(/https?:\/\/\S+/.exec(line)[0]).origin;
	await untilReady(url, running);
	return { line, url };
}

async function untilReady(url, running) {
	const until = Date.now() + PATIENCE_MS;
	while (Date.now() < until && running.child.exitCode === null) {
		const ready = await fetch(`${url}/health`).then(
			(answer) => answer.ok,
			() => false,
		);
		if (ready) return;
		await sleep(50);
	}
	throw new StepFailed("waiting for the page", running.words(), adviceFor(running.words()));
}

export function adviceFor(words) {
	if (/EADDRINUSE|port \d+ is in use/.test(words))
		return "Another program uses this port: stop it, or start with `npm start -- --port N`.";
	if (words.includes("another hub is running"))
		return "Stop that hub, or start this one with `npm start -- --data DIR --port N`.";
	if (/ENOSPC|disk is full/i.test(words)) return "The disk is full: free some space, then start again.";
	if (/EACCES|EPERM|readonly/i.test(words))
		return "The data directory cannot be written: choose one with `npm start -- --data DIR`.";
	return "The lines above are the hub's own; none means that it was ended from outside, or that memory ran out. Start again when the cause is gone.";
}
