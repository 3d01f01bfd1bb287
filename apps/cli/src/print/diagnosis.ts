/** A diagnosis for people: why, whose move it is, what to do. */
import type { Diagnosis } from "@mailtrail/core/diagnose";
import { harmless, type Pen } from "./pen.ts";

const ACTORS: Record<Diagnosis["actor"], string> = {
	sender: "the sender",
	"our-operator": "us, who run this server",
	"our-provider": "our provider",
	destination: "the destination's operators",
	recipient: "the recipient",
	network: "the network",
	nobody: "nobody",
};

export function printDiagnosis(input: string, diagnosis: Diagnosis, pen: Pen): string {
	return [pen.dim(harmless(input)), ...diagnosisLines(diagnosis, pen)].join("\n");
}

export function diagnosisLines(diagnosis: Diagnosis, pen: Pen): string[] {
	const { title, cause, explanation, actor, retryHelps, steps, links } = diagnosis;
	return [
		`${pen.bold(harmless(title))} ${pen.dim(`[${cause}]`)}`,
		...(explanation ? [harmless(explanation)] : []),
		`Whose move: ${ACTORS[actor]}${retryHelps ? "; a retry can help" : ""}`,
		...steps.map((step, index) => `${index + 1}. ${harmless(step)}`),
		...links.map(({ href, text }) => pen.dim(`${harmless(text)}: ${harmless(href)}`)),
	];
}
