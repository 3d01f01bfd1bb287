/**
 * The hosts as the header and the Hosts page show them. Asked for every few seconds; a live connection that is open
 * hands in its own news. It also tells the whole page that the hub is away or that the session has ended.
 */
import type { HostAnswer, ImportedHost } from "@mailtrail/core/wire";
import { type ApiErrorKind, api, asApiError } from "./api.ts";

const ASK_EVERY_MS = 5000;

class Fleet {
	hosts = $state.raw<HostAnswer[]>([]);
	/** of which only lines are stored, without an agent */
	imported = $state.raw<ImportedHost[]>([]);
	sample = $state(false);
	/** one press removes it */
	sampleLoaded = $state(false);
	/** undefined until the first answer */
	trouble = $state<ApiErrorKind | undefined>();
	known = $state(false);
	/** epoch milliseconds of the last answer */
	answeredAt = $state<number | undefined>();
	/** the time that "… ago" is counted from; moves once a second */
	now = $state(Date.now());

	readonly connected = $derived(this.hosts.filter((host) => host.connected).length);
	/** bytes that agents have and the hub has not */
	readonly behind = $derived(
		this.hosts.reduce((sum, host) => sum + host.sources.reduce((s, source) => s + (source.lag ?? 0), 0), 0),
	);
	readonly lastLineAt = $derived(newestLine(this.hosts));

	start(): () => void {
		void this.ask();
		const asking = setInterval(() => void this.ask(), ASK_EVERY_MS);
		const stopTicking = this.tick();
		return () => {
			clearInterval(asking);
			stopTicking();
		};
	}

	/** The time alone, where nothing is asked for. */
	tick(): () => void {
		const ticking = setInterval(() => {
			this.now = Date.now();
		}, 1000);
		return () => clearInterval(ticking);
	}

	async ask(): Promise<void> {
		try {
			const answer = await api.hosts();
			this.imported = answer.imported;
			this.sample = answer.sample;
			this.sampleLoaded = answer.sampleLoaded === true;
			this.take(answer.hosts);
		} catch (cause) {
			const { kind } = asApiError(cause);
			// a hub that does not answer lets nobody in again: who is asked to sign in still is
			if (kind !== "away" || this.trouble !== "signed-out") this.trouble = kind;
		}
	}

	/** A connection was told that the session has ended: the page asks to sign in, at the place where the reader is. */
	signedOut(): void {
		this.trouble = "signed-out";
	}

	/** News of the hosts, from whichever connection brought them. */
	take(hosts: HostAnswer[]): void {
		this.hosts = hosts;
		this.known = true;
		this.answeredAt = Date.now();
		this.trouble = undefined;
	}
}

/** Epoch milliseconds of the newest line of any host. */
export function newestLine(hosts: HostAnswer[]): number | undefined {
	let newest: number | undefined;
	for (const host of hosts) {
		for (const source of host.sources) {
			const at = source.lastLineAt === undefined ? Number.NaN : Date.parse(source.lastLineAt);
			if (at > (newest ?? Number.NEGATIVE_INFINITY)) newest = at;
		}
	}
	return newest;
}

export const fleet = new Fleet();
