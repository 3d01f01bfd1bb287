/** Nothing to give back: Node keeps its own house. */
export interface GiveBack {
	/** Something was done: there may be more to give back than a moment ago. */
	worked(): void;
	stop(): void;
}

export function giveBackUnused(): GiveBack {
	return { worked: () => {}, stop: () => {} };
}
