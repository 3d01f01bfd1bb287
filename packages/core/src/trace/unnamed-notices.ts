/**
 * Bounces that no line joins with their message: OpenSMTPD writes one from `<>` to the sender a second after the failure
 * (smtpd/bounce.c, `timeout = time(NULL) + 1`), and names neither in the other's lines. One message of that sender that failed in
 * that second and one such notice belong together; a notice that comes later is nobody's, since any failure may lack its line.
 */
import type { Hop } from "./hop.ts";
import type { ParentLink } from "./parent-links.ts";
import type { Holes } from "./whole.ts";
import { between } from "./time-window.ts";

const AFTER_MS = 1_000;
/** How exact the second is where the log has fractions. */
const EXACT_MS = 300;

interface Failure {
	parent: Hop;
	at: number;
}

/** @param reached hops that came from another one */
export function unnamedNotices(hops: readonly Hop[], reached: ReadonlySet<Hop>, holes: Holes): ParentLink[] {
	const own = hops.filter((hop) => hop.mta === "opensmtpd");
	const failures = failuresBySender(own);
	if (failures.size === 0) return [];
	const pairs = own
		.filter((hop) => hop.sender === "" && !reached.has(hop))
		.flatMap((child) => causesOf(child, failures).map((parent) => ({ parent, child })));
	const byChild = Map.groupBy(pairs, ({ child }) => child);
	const byParent = Map.groupBy(pairs, ({ parent }) => parent);
	return pairs.filter(
		({ parent, child }) =>
			!holes.near(child.host, child.firstAt, parent.sender) &&
			byChild.get(child)?.length === 1 &&
			byParent.get(parent)?.length === 1,
	);
}

function failuresBySender(hops: readonly Hop[]): Map<string, Failure[]> {
	const failures = new Map<string, Failure[]>();
	for (const parent of hops) {
		if (!parent.sender) continue;
		const last = parent.attempts.findLast((attempt) => attempt.action === "failed");
		if (!last) continue;
		const key = senderKey(parent.host, parent.sender);
		const same = failures.get(key) ?? [];
		same.push({ parent, at: last.at });
		failures.set(key, same);
	}
	for (const same of failures.values()) same.sort((a, b) => a.at - b.at);
	return failures;
}

function causesOf(child: Hop, failures: ReadonlyMap<string, Failure[]>): Hop[] {
	const [to, another] = new Set(child.attempts.map(({ recipient }) => recipient.toLowerCase()));
	if (to === undefined || another !== undefined) return [];
	const same = failures.get(senderKey(child.host, to)) ?? [];
	const exactness = child.firstAt % 1000 === 0 ? 0 : EXACT_MS;
	const due = child.firstAt - AFTER_MS;
	return between(same, due - exactness, due + exactness).map(({ parent }) => parent);
}

function senderKey(host: string, address: string): string {
	return `${host} ${address.toLowerCase()}`;
}
