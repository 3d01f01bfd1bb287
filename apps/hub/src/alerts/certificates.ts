/**
 * Days until certificates end: the hub's own, and those of the mail hosts that rules name. A host is asked like in any reach
 * test, over SMTP, a few times a day; one that cannot be asked says nothing (that is another rule's business).
 */
import { hostname } from "node:os";
import { runCheck } from "@mailtrail/probe";
import type { RuleRecord } from "../store/alert-store.ts";

const DAY_MS = 86_400_000;
const ASK_EVERY_MS = 6 * 3_600_000;
const TARGETS_MAX = 50;

export interface CertificateDeps {
	/** the hub's own, where it has one: epoch milliseconds */
	own: () => number | undefined;
	now: () => number;
	/** days of one host's certificate; for tests */
	ask?: (target: string) => Promise<number | undefined>;
}

export class Certificates {
	readonly #deps: CertificateDeps;
	readonly #known = new Map<string, { at: number; days: number | undefined }>();

	constructor(deps: CertificateDeps) {
		this.#deps = deps;
	}

	async days(rules: RuleRecord[]): Promise<Map<string, number>> {
		const { own, now, ask = askHost } = this.#deps;
		const days = new Map<string, number>();
		if (rules.length === 0) return days;
		const endsAt = own();
		if (endsAt !== undefined) days.set(OWN_CERTIFICATE, Math.floor((endsAt - now()) / DAY_MS));
		const named = new Set(rules.flatMap(({ subject }) => (isTarget(subject) ? [subject] : [])));
		for (const target of [...named].slice(0, TARGETS_MAX)) {
			let known = this.#known.get(target);
			if (!known || now() - known.at >= ASK_EVERY_MS) {
				known = { at: now(), days: await ask(target) };
				this.#known.set(target, known);
			}
			if (known.days !== undefined) days.set(target, known.days);
		}
		return days;
	}
}

export const OWN_CERTIFICATE = "this hub";

function isTarget(subject: string | undefined): subject is string {
	return subject !== undefined && subject !== OWN_CERTIFICATE && !subject.includes("*");
}

async function askHost(target: string): Promise<number | undefined> {
	const { findings } = await runCheck({ target, port: 25, lists: [] }, { from: hostname() });
	const days = findings.flatMap(({ step, values }) =>
		step === "certificate" && values?.days !== undefined ? [Number(values.days)] : [],
	);
	return days.length === 0 ? undefined : Math.min(...days);
}
