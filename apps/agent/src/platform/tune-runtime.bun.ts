/**
 * Settings of Bun and its JavaScriptCore for a program that stays small for years. They are read when a process starts, from the
 * environment alone, so the program takes its own place once (execve(2): the same process, some 20 ms). Where that cannot be done,
 * it runs on as it is.
 */
const SETTINGS = {
	// its last compiler works for minutes, in memory of its own, for a program that mostly waits
	BUN_JSC_useFTLJIT: "0",
	// collects as on a machine of so many bytes, not when the heap has doubled
	BUN_JSC_forceRAMSize: "100000000",
	// one thread collects while nothing else runs: others beside it cost more than they save, and keep more for longer
	BUN_JSC_useConcurrentGC: "0",
	BUN_JSC_numberOfGCMarkers: "1",
	// only for collecting beside the program: woke it every second
	BUN_DISABLE_STOP_IF_NECESSARY_TIMER: "1",
	// what many lines go through is compiled after 150 calls, not 1000
	BUN_JSC_thresholdForOptimizeAfterWarmUp: "150",
	BUN_JSC_thresholdForOptimizeAfterLongWarmUp: "150",
	// a thread that takes memory beforehand was woken by each batch
	BUN_JSC_useWarmUpMarkedBlocks: "0",
	// freed memory goes back at once, not by a thread that is woken each time the program has waited
	MIMALLOC_PURGE_DELAY: "0",
	// else Bun asks every second whether to collect: most of what an idle agent cost (`give-back.bun.ts` does)
	BUN_GC_TIMER_DISABLE: "1",
};

/** Commands that answer and end. */
const BRIEF = ["enrol", "status", "pseudonym", "check-config"];

export function tuneRuntime(): void {
	const { execPath, argv, env } = process;
	const isSet = Object.keys(SETTINGS).some((name) => env[name] !== undefined);
	if (isSet || BRIEF.includes(argv[2] ?? "") || !process.execve) return;
	try {
		process.execve(execPath, [execPath, ...argv.slice(2)], { ...env, ...SETTINGS });
	} catch {
		// a sandbox that lets nothing be executed
	}
}
