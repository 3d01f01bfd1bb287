/** How long something took, in milliseconds with one decimal. */
export async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
	const start = performance.now();
	const value = await work();
	return { value, ms: since(start) };
}

export function since(start: number): number {
	return Math.round((performance.now() - start) * 10) / 10;
}
