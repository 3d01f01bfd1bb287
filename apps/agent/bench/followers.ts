/** The two that are compared, each started on the same log by its own settings: the built agent, and rsyslogd with imfile. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { StandInHub } from "./stand-in-hub.ts";

export interface Follower {
	name: "agent" | "rsyslogd";
	pid: number;
	stop(): Promise<void>;
}

const RSYSLOGD = "/usr/sbin/rsyslogd";

export const hasRsyslogd = existsSync(RSYSLOGD);

function followerOf(name: Follower["name"], child: ChildProcess): Follower {
	const { pid } = child;
	if (pid === undefined) throw new Error(`${name} cannot be started`);
	const ended = new Promise<void>((done) => child.once("exit", () => done()));
	child.once("exit", (code, signal) => {
		if (signal !== "SIGKILL") throw new Error(`${name} ended by itself (${code ?? signal})`);
	});
	return {
		name,
		pid,
		stop: () => {
			child.kill("SIGKILL");
			return ended;
		},
	};
}

/** An agent enrolled afresh, with a state folder of its own. */
export async function enrolAgent(
	command: readonly string[],
	hub: StandInHub,
	folder: string,
	log: string,
): Promise<string> {
	const state = join(folder, "state");
	const [program, ...first] = command;
	const args = ["enrol", hub.url, "--token", "any", "--host", "bench", "--state", state, "--source", log];
	await promisify(execFile)(program!, [...first, ...args]);
	return state;
}

export function startAgent(command: readonly string[], state: string): Follower {
	const [program, ...first] = command;
	const child = spawn(program!, [...first, "run", "--state", state], { stdio: ["ignore", "ignore", "pipe"] });
	child.stderr.resume();
	return followerOf("agent", child);
}

/** imfile with inotify, forwarding by TCP: what a host does that sends its logs away by syslog. */
export function startRsyslogd(hub: StandInHub, folder: string, log: string): Follower {
	const work = join(folder, "rsyslog");
	mkdirSync(work, { recursive: true });
	const settings = join(work, "rsyslog.conf");
	writeFileSync(
		settings,
		[
			`global(workDirectory="${work}")`,
			'module(load="imfile" mode="inotify")',
			`input(type="imfile" File="${log}" Tag="mail" ruleset="forward")`,
			`ruleset(name="forward") { action(type="omfwd" target="127.0.0.1" port="${hub.syslogPort}" protocol="tcp") }`,
			"",
		].join("\n"),
	);
	const args = ["-n", "-f", settings, "-i", join(work, "pid")];
	return followerOf("rsyslogd", spawn(RSYSLOGD, args, { stdio: "ignore" }));
}
