/**
 * How many replies a second are explained: 100,000 mixed ones (the samples of all rules, each with its own address and
 * id), after a warm-up; then one of 2 MB, which must cost what its length says. `node bench/diagnose.ts`
 */
import { diagnoseReply } from "../src/diagnose/index.ts";
import { RULES } from "../src/diagnose/rules/index.ts";

const REPLIES = 100_000;
const ROUNDS = 6;

const samples = RULES.flatMap((rule) => rule.matches);
const mixed = Array.from({ length: REPLIES }, (_, index) => {
	const sample = samples[(index * 7919) % samples.length] as string;
	return { reply: `${sample} <user${index}@example.net> id=${index.toString(36)}` };
});

for (let round = 1; round <= ROUNDS; round++) {
	const started = performance.now();
	const cpu = process.cpuUsage();
	for (const input of mixed) diagnoseReply(input, "en");
	const { user, system } = process.cpuUsage(cpu);
	const perSecond = (REPLIES / (performance.now() - started)) * 1000;
	const perCpuSecond = (REPLIES / (user + system)) * 1e6;
	console.log(`round ${round}: ${perSecond.toFixed(0)} replies/s, ${perCpuSecond.toFixed(0)} per CPU second`);
}

const long = `550 5.7.1 ${"words of a stranger, a@b.example, http://x.example 192.0.2.1 ".repeat(32_000)}`;
const started = performance.now();
diagnoseReply({ reply: long }, "en");
console.log(
	`one reply of ${(long.length / 1e6).toFixed(1)} MB: ${(performance.now() - started).toFixed(1)} ms`,
);
