/**
 * `npm start`: sets up, runs the hub and prints the one address to open; an agent follows this machine's mail log. Where there
 * is none, or with --sample, the recorded sample is loaded through agents of its hosts and told again for ever, and we
 * say so.
 */
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { readRecording, sampleLog, writeShiftedOnce } from "../packages/sample/src/index.mjs";
import { Replay } from "./sample/replay.mjs";
import { StepFailed } from "./setup/step.mjs";
import { ROOT, runMain, setUp } from "./setup.mjs";
import { Agents } from "./start/agents.mjs";
import { stopChild } from "./start/children.mjs";
import { adviceFor, hubAnswers, spawnHub } from "./start/hub.mjs";
import { findMailLogs } from "./start/mail-logs.mjs";
import { readStartOptions } from "./start/options.mjs";
import { Shutdown } from "./start/shutdown.mjs";

const say = (text) => process.stderr.write(`mailtrail: ${text}\n`);

await runMain(async () => {
	const options = readStartOptions(process.argv.slice(2), ROOT, process.env.INIT_CWD ?? process.cwd());
	if (!options) return;
	const chain = await setUp();
	const shutdown = new Shutdown(say);
	try {
		await run(options, chain, shutdown);
	} catch (error) {
		// what fails because it is being stopped is no failure
		if (!shutdown.asked) throw error;
	} finally {
		await shutdown.run();
	}
});

async function run(options, chain, shutdown) {
	const logs = options.agent && !options.sample ? findMailLogs() : [];
	const sample = options.sample || (options.agent && logs.length === 0);
	// half of a start is compiling: the second time it is read from here
	const env = { ...chain.env, NODE_COMPILE_CACHE: join(ROOT, ".tools/compile-cache") };
	const hubCommand = [chain.node, join(ROOT, "apps/hub/dist/mailtrail-hub.mjs")];
	const hub = spawnHub(hubCommand, { ...options, sample }, env);
	shutdown.add(() => stopChild(hub.running));
	const { line, url } = await hubAnswers(hub);
	// as soon as the page answers: agents may take their time
	process.stdout.write(`${line}\n`);

	const agents = new Agents({ agent: agentCommand(chain), hub: hubCommand, data: options.data, url, env });
	shutdown.add(() => agents.stop());
	if (sample && options.agent) {
		say("this is SAMPLE DATA, recorded on a test network with today's times; it keeps replaying");
		if (!options.sample)
			say("no mail log was found on this machine; point an agent to one to see your own mail");
		const replay = await startSample(agents, join(options.data, "sample"));
		shutdown.add(() => replay.stop());
	} else if (options.agent) {
		say(`following ${logs.join(", ")}`);
		await agents.start({ host: hostname(), logs });
	}
	const end = await hub.running.ended;
	throw new StepFailed(`the hub (it ended: ${end})`, hub.running.words(), adviceFor(hub.running.words()));
}

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
	replay.start((error) => say(`the sample no longer replays: ${error.message}`));
	return replay;
}
