/**
 * Delays in classes, each a fifth wider than the one before: counts of classes can be added up over hosts, hours and files,
 * and a percentile of the sum is off by one class at the most. Class 0 is everything below a hundredth of a second.
 */

const LOWEST = 0.01;
const WIDTH = Math.log(1.2);
/** class 130 begins at six years */
export const CLASS_MAX = 130;

/** Counts by class, sparse. */
export type DelayCounts = Record<number, number>;

export function delayClass(seconds: number): number {
	if (!(seconds >= LOWEST)) return 0;
	return Math.min(CLASS_MAX, 1 + Math.floor(Math.log(seconds / LOWEST) / WIDTH));
}

/** The upper end of a class, rounded to what a person reads. */
function upperEnd(no: number): number {
	return no === 0 ? 0 : Number((LOWEST * Math.exp(WIDTH * no)).toPrecision(2));
}

export interface Percentiles {
	p50: number;
	p90: number;
	p99: number;
}

/** Undefined where nothing was counted. */
export function percentilesOf(counts: DelayCounts): Percentiles | undefined {
	const classes = Object.entries(counts)
		.map(([no, n]) => ({ no: Number(no), n }))
		.filter(({ n }) => n > 0)
		.sort((a, b) => a.no - b.no);
	const total = classes.reduce((sum, { n }) => sum + n, 0);
	if (total === 0) return undefined;
	const at = (share: number) => {
		let passed = 0;
		for (const { no, n } of classes) {
			passed += n;
			if (passed >= total * share) return upperEnd(no);
		}
		return upperEnd(classes.at(-1)?.no ?? 0);
	};
	return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}
