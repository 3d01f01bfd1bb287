/**
 * What is done now and then is done at whole multiples of its period, and so together: to wake a process that idles costs
 * the host more than most of what it then does.
 */

/** no wait is shorter: who is asked right before a tick waits for the next one */
const LEAST_MS = 100;

/** Milliseconds until the next tick of a period; at most the period and a little. */
export function untilTick(period: number): number {
	const now = performance.now();
	return Math.ceil((now + LEAST_MS) / period) * period - now;
}

/** Acts at every tick of a period, or of what is the period then; returns what ends it. Nobody stays alive for it alone. */
export function atEachTick(period: number | (() => number), act: () => void): () => void {
	let timer: NodeJS.Timeout;
	const wait = () => {
		timer = setTimeout(
			() => {
				wait();
				act();
			},
			untilTick(typeof period === "number" ? period : period()),
		);
		timer.unref();
	};
	wait();
	return () => clearTimeout(timer);
}
