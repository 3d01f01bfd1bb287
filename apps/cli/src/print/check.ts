/** One step of a reach test as a line: how it went, how long it took, what it found. */
import { describeFinding, type Finding } from "@mailtrail/core/check";
import type { Language } from "@mailtrail/core/diagnose";
import { harmless, type Pen } from "./pen.ts";

export function printFinding(finding: Finding, lang: Language, pen: Pen): string {
	const { step, ok, ms, address } = finding;
	const mark = ok ? pen.good("✓") : pen.bad("✗");
	const took = `${Math.round(ms)} ms`.padStart(9);
	const text = harmless(describeFinding(finding, lang));
	const place = address === undefined || text.includes(address) ? "" : ` ${pen.dim(address)}`;
	return `${mark} ${step.padEnd(12)} ${pen.dim(took)}  ${text}${place}`;
}
