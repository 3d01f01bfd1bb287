/** What of Bun's foreign functions the agent uses; Bun's own types would hide Node's. */
declare module "bun:ffi" {
	export function dlopen(
		library: string,
		symbols: { madvise: { args: ["u64", "u64", "i32"]; returns: "i32" } },
	): { symbols: { madvise: (start: bigint, length: bigint, advice: number) => number } };
}
