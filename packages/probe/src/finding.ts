/** Findings in one line each. */
import type { Finding } from "@mailtrail/core/check";

/** A finding about no single address, unless `place` names one. */
export function finding(
	step: Finding["step"],
	ok: boolean,
	ms: number,
	code: Finding["code"],
	values: Record<string, string>,
	place: Pick<Finding, "host" | "address" | "port"> = {},
): Finding {
	return { step, ok, ms, code, values, ...place };
}

/** At most ten, so that a name with a thousand addresses stays a line. */
export function list(names: readonly string[]): string {
	const shown = names.slice(0, 10).join(", ");
	return names.length > 10 ? `${shown}, …` : shown;
}
