/** A diagnosis for people: why, whose move it is, what to do. */
import type { Diagnosis, Language } from "@mailtrail/core/diagnose";
import { harmless, type Pen } from "./pen.ts";
import { wrap } from "./wrap.ts";

type Actors = Record<Diagnosis["actor"], string>;

const WORDS: Record<Language, { move: string; retry: string; actors: Actors }> = {
	en: {
		move: "Whose move: ",
		retry: "; a retry can help",
		actors: {
			sender: "the sender",
			"our-operator": "us, who run this server",
			"our-provider": "our provider",
			destination: "the destination's operators",
			recipient: "the recipient",
			network: "the network",
			nobody: "nobody",
		},
	},
	ja: {
		move: "対応する人: ",
		retry: "。再送で届く可能性があります",
		actors: {
			sender: "差出人",
			"our-operator": "このサーバーの管理者",
			"our-provider": "契約しているプロバイダー",
			destination: "相手先の管理者",
			recipient: "受信者",
			network: "ネットワークの管理者",
			nobody: "なし",
		},
	},
};

export function printDiagnosis(
	input: string,
	diagnosis: Diagnosis,
	pen: Pen,
	lang: Language,
	width?: number,
): string {
	return [pen.dim(harmless(input)), ...diagnosisLines(diagnosis, pen, lang, width)].join("\n");
}

/** @param width of the place where they will stand; undefined: lines as long as they are */
export function diagnosisLines(diagnosis: Diagnosis, pen: Pen, lang: Language, width?: number): string[] {
	const words = WORDS[lang];
	const { title, cause, explanation, facts, actor, retryHelps, steps, links } = diagnosis;
	return [
		`${pen.bold(harmless(title))} ${pen.dim(`[${cause}]`)}`,
		...(explanation ? wrap(harmless(explanation), width) : []),
		...(facts ?? []).flatMap((fact) => wrap(harmless(fact), width)),
		`${words.move}${words.actors[actor]}${retryHelps ? words.retry : ""}`,
		...steps.flatMap((step, index) => wrap(`${index + 1}. ${harmless(step)}`, width, 3)),
		...links.map(({ href, text }) => pen.dim(`${harmless(text)}: ${harmless(href)}`)),
	];
}
