/** What of Bun's own modules the agent uses; Bun's types would hide Node's. */
declare module "bun:ffi" {
	export function dlopen(
		library: string,
		symbols: { madvise: { args: ["u64", "u64", "i32"]; returns: "i32" } },
	): { symbols: { madvise: (start: bigint, length: bigint, advice: number) => number } };
}

declare module "bun:jsc" {
	/** collects what was made since the last collection */
	export function edenGC(): void;
	/** collects whatever nobody has any more */
	export function fullGC(): void;
}
