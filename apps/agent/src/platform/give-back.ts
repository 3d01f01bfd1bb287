/** Nothing to give back: Node keeps its own house. */
export interface GiveBack {
	/** So many lines were read, or something else was done (0): there may be more to give back than a moment ago. */
	worked(lines: number): void;
	stop(): void;
}

export function giveBackUnused(): GiveBack {
	return { worked: () => {}, stop: () => {} };
}
