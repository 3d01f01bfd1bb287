/** How the agent's own work goes, gathered for the hub (`facts`) and for whoever looks at this host (`details`). */
import type { Health, HealthFacts } from "@mailtrail/core/wire";
import type { Privacy } from "../privacy/privacy.ts";
import type { Gap, SourceHealth } from "../sources/source.ts";
import type { Outbox } from "../uplink/outbox.ts";
import { BacklogWatch } from "./backlog.ts";
import { LineTally } from "./line-tally.ts";
import { OwnLoad } from "./own-load.ts";
import type { LossSource } from "./watch-losses.ts";

export interface KnownGap {
	/** epoch milliseconds at which it was told */
	at: number;
	source: string;
	bytes: number;
	reason: string;
	/** epoch milliseconds between which the lines were written, as far as known */
	from?: number;
	until?: number;
}

export interface Details {
	/** lines that stayed on this host, by rule */
	kept: Record<string, number>;
	/** lines of unknown shape, as they were read */
	unparsedSamples: string[];
	/** how many gaps were told since the start, and the newest of them */
	gapCount: number;
	gaps: KnownGap[];
}

export interface SelfReportOptions {
	outbox: Outbox;
	/** bytes that the outbox may take on disk */
	spoolLimit: number;
	privacy: Privacy;
	losses: LossSource;
	now: () => number;
}

const GAPS_MAX = 20;

export class SelfReport {
	readonly tally = new LineTally();
	readonly #options: SelfReportOptions;
	readonly #backlog = new BacklogWatch();
	readonly #load = new OwnLoad();
	#gaps: KnownGap[] = [];
	#gapCount = 0;

	constructor(options: SelfReportOptions) {
		this.#options = options;
	}

	missed(source: string, gap: Gap): void {
		this.#gapCount++;
		this.#gaps = [...this.#gaps, { at: this.#options.now(), source, ...gap }].slice(-GAPS_MAX);
	}

	/** Called with the sources' health every few seconds. */
	observe(sources: readonly SourceHealth[]): void {
		this.#backlog.observe(
			sources.reduce((sum, { lag }) => sum + lag, 0),
			this.#options.now(),
		);
	}

	facts(): HealthFacts & Pick<Health, "losses"> {
		const { outbox, spoolLimit, privacy, losses } = this.#options;
		const { problem } = outbox;
		const backlog = this.#backlog.last;
		const { recent } = losses;
		return {
			read: { ...this.tally.counts },
			spool: {
				bytes: outbox.size,
				limit: spoolLimit,
				...(problem !== undefined && { problem: problem.slice(0, 512) }),
			},
			cpu: this.#load.look().cpu,
			...(backlog && { backlog }),
			...(recent.length > 0 && { losses: recent }),
			...(privacy.hidesPeople && { pseudonyms: true }),
		};
	}

	details(): Details {
		return {
			kept: Object.fromEntries(this.#options.privacy.dropped),
			unparsedSamples: this.tally.samples,
			gapCount: this.#gapCount,
			gaps: this.#gaps,
		};
	}
}
