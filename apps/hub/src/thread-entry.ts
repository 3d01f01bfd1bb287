/** What the hub's threads run: built, they are the same one file as the hub. */
export const THREAD_ENTRY = import.meta.url.endsWith(".ts")
	? new URL("./main-thread.ts", import.meta.url)
	: new URL(import.meta.url);
