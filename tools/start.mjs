/**
 * `npm start`: sets up, runs the hub and prints the one address to open; an agent follows this machine's mail log. Where there
 * is none, or with --sample, the recorded sample is loaded through agents of its hosts and told again for ever, and we
 * say so.
 */
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { readRecording } from "./sample/recording.mjs";
import { Replay } from "./sample/replay.mjs";
import { sampleLog, writeShiftedOnce } from "./sample/shift.mjs";
import { ROOT, runMain, setUp } from "./setup.mjs";
import { Agents } from "./start/agents.mjs";
import { stopChild } from "./start/children.mjs";
import { adviceFor, startHub } from "./start/hub.mjs";
import { findMailLogs } from "./start/mail-logs.mjs";
import { readStartOptions } from "./start/options.mjs";

const say = (text) => process.stderr.write(`mailtrail: ${text}\n`);

await runMain(async () => {
	const options = readStartOptions(process.argv.slice(2), ROOT, process.env.INIT_CWD ?? process.cwd());
	if (!options) return;
	const chain = await setUp();
	const logs = options.agent && !options.sample ? findMailLogs() : [];
	const sample = options.sample || (options.agent && logs.length === 0);
	// half of a start is compiling: the second time it is read from here
	const env = { ...chain.env, NODE_COMPILE_CACHE: join(ROOT, ".tools/compile-cache") };
	const hubCommand = [chain.node, join(ROOT, "apps/hub/dist/mailtrail-hub.mjs")];
	const hub = await startHub(hubCommand, { ...options, sample }, env);
	// as soon as the page answers: agents may take their time
	process.stdout.write(`${hub.line}\n`);

	const agents = new Agents({
		agent: agentCommand(chain),
		hub: hubCommand,
		data: options.data,
		url: hub.url,
		env,
	});
	const stopReplay = { run: () => {} };
	const stop = stopper(hub.running, agents, () => stopReplay.run());
	if (sample && options.agent) {
		say("this is SAMPLE DATA, recorded on a test network with today's times; it keeps replaying");
		if (!options.sample)
			say("no mail log was found on this machine; point an agent to one to see your own mail");
		stopReplay.run = await startSample(agents, join(options.data, "sample"));
	} else if (options.agent) {
		say(`following ${logs.join(", ")}`);
		await agents.start({ host: hostname(), logs });
	}
	await stop.whenHubEnds();
});

/** The executable where it was built for this machine, else the bundle. */
function agentCommand(chain) {
	const executable = join(ROOT, "apps/agent/dist/mailtrail-agent");
	return existsSync(executable) ? [executable] : [chain.node, `${executable}.mjs`];
}

async function startSample(agents, folder) {
	const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
	const hosts = readRecording(join(ROOT, "samples"));
	writeShiftedOnce(hosts, folder, Date.now(), zone);
	await Promise.all(hosts.map(({ host }) => agents.start({ host, logs: [sampleLog(folder, host)] })));
	const replay = new Replay(hosts, folder, zone);
	replay.start();
	return () => replay.stop();
}

/** Stops everything in order when a signal comes, npm goes away or the hub ends. */
function stopper(hub, agents, stopReplay) {
	let asked = false;
	const stop = async () => {
		asked = true;
		stopReplay();
		await agents.stop();
		await stopChild(hub);
	};
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
		process.on(signal, () => {
			if (asked) process.exit(1);
			say("stopping …");
			void stop();
		});
	}
	onNpmGone(() => {
		if (!asked) void stop();
	});
	return {
		async whenHubEnds() {
			const end = await hub.ended;
			if (asked) return;
			say(
				`the hub ended by itself (${end}). Its last words:\n\n${hub.words()}\n\nWhat to do: ${adviceFor(hub.words())}`,
			);
			await stop();
			process.exitCode = 1;
		},
	};
}

/** npm passes a signal to the shell that it started us with, and the shell ends without passing it on. */
function onNpmGone(stop) {
	if (process.env.npm_lifecycle_event === undefined) return;
	const parent = process.ppid;
	const timer = setInterval(() => {
		if (process.ppid === parent) return;
		clearInterval(timer);
		stop();
	}, 250);
	timer.unref();
}
