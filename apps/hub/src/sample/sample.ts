/**
 * The recorded sample, one click away and one click gone: a store of its own beside the hub's. While it is there, questions
 * are answered from it; what real hosts send goes into the hub's own store all the same, and is there when the sample goes.
 */
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { HostAnswer } from "@mailtrail/core/wire";
import { readRecording, sampleLog, writeShiftedOnce } from "@mailtrail/sample";
import { importLogs } from "../commands/import-logs.ts";
import { type Ask, askHere } from "../questions/questions.ts";
import type { LineReads, Store } from "../store/store.ts";

export interface SampleOptions {
	/** where it is kept; complete or not there */
	dir: string;
	/** the folder of the recording; undefined where this hub was installed without */
	recording: string | undefined;
	/** of times that name none */
	zone: string;
	now: () => number;
	openStore: (dir: string) => Store;
}

interface Shown {
	store: Store;
	ask: Ask;
	hosts: HostAnswer[];
}

export class Sample {
	readonly #options: SampleOptions;
	#shown: Shown | undefined;
	#changing: Promise<unknown> = Promise.resolve();

	constructor(options: SampleOptions) {
		this.#options = options;
	}

	/** One that was loaded in an earlier life of the hub. */
	async open(): Promise<void> {
		if (existsSync(this.#options.dir)) this.#shown = await this.#show();
	}

	get isShown(): boolean {
		return this.#shown !== undefined;
	}

	/** Its hosts, as they were when it was recorded. */
	get hosts(): readonly HostAnswer[] {
		return this.#shown?.hosts ?? [];
	}

	/** Where questions go: the sample while it is there. */
	reads(own: LineReads): LineReads {
		return this.#shown?.store ?? own;
	}

	askInstead(own: Ask): Ask {
		return (...question) => (this.#shown?.ask ?? own)(...question);
	}

	/** False: this hub has no recording. */
	async load(): Promise<boolean> {
		const { recording } = this.#options;
		if (recording === undefined) return false;
		await this.#inOrder(async () => {
			if (this.#shown) return;
			await this.#build(recording);
			this.#shown = await this.#show();
		});
		return true;
	}

	async remove(): Promise<void> {
		await this.#inOrder(() => this.#hide(true));
	}

	async close(): Promise<void> {
		await this.#inOrder(() => this.#hide(false));
	}

	async #hide(forGood: boolean): Promise<void> {
		const shown = this.#shown;
		this.#shown = undefined;
		await shown?.store.close();
		if (forGood) rmSync(this.#options.dir, { recursive: true, force: true });
	}

	/** Renamed when it is complete: one that was broken off is begun anew. */
	async #build(recording: string): Promise<void> {
		const { dir, zone, now, openStore } = this.#options;
		const draft = `${dir}.unfinished`;
		rmSync(draft, { recursive: true, force: true });
		const hosts = readRecording(recording);
		const logs = join(draft, "logs");
		writeShiftedOnce(hosts, logs, now(), zone);
		const store = openStore(join(draft, "store"));
		for (const { host } of hosts) {
			await importLogs(store, host, [sampleLog(logs, host)], { zone, now: now(), progress: () => {} });
		}
		await store.close();
		renameSync(draft, dir);
	}

	async #show(): Promise<Shown> {
		const { dir, openStore } = this.#options;
		const store = openStore(join(dir, "store"));
		const until = (await store.timeRange())?.to ?? 0;
		const hosts = [...(await store.counts())].map(([host, count]) => ({
			host,
			agent: `sample-${host}`,
			connected: true,
			lastSeenAt: new Date(until).toISOString(),
			...count,
			sources: [{ source: sampleLog("sample", host), lag: 0, lastLineAt: new Date(until).toISOString() }],
			gaps: [],
		}));
		return { store, ask: askHere(store), hosts };
	}

	#inOrder<T>(work: () => Promise<T>): Promise<T> {
		const done = this.#changing.then(work);
		this.#changing = done.catch(() => {});
		return done;
	}
}
