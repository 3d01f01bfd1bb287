/** Nothing to give back: Node keeps its own house. */
export function giveBackUnused(): () => void {
	return () => {};
}
