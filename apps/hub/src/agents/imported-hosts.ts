/**
 * Hosts of which lines are stored and that no agent watches: their logs were imported, or their agent was shut out. Mail is
 * found there too, up to where their log ends.
 */
import { type HostAnswer, type ImportedHost, journeyRow } from "@mailtrail/core/wire";
import type { Ask } from "../questions/questions.ts";
import type { LineCount, StoredLines } from "../store/store.ts";

type Watched = Pick<HostAnswer, "host">;

export class ImportedHosts {
	readonly #store: Pick<StoredLines, "counts">;
	readonly #ask: Ask;
	/** a host's newest mail, with the number of its lines: it is looked for again when there are more */
	readonly #newest = new Map<string, { lines: number; at: string | undefined }>();

	constructor({ store, ask }: { store: Pick<StoredLines, "counts">; ask: Ask }) {
		this.#store = store;
		this.#ask = ask;
	}

	/** By name; `watched` are those of agents. */
	async besides(watched: readonly Watched[]): Promise<ImportedHost[]> {
		const others = await this.#others(watched);
		others.sort(([a], [b]) => (a < b ? -1 : 1));
		return Promise.all(others.map(([host, count]) => this.#tell(host, count)));
	}

	/** How many: every answer of a search tells it, and their newest mail would be a search for each. */
	async count(watched: readonly Watched[]): Promise<number> {
		return (await this.#others(watched)).length;
	}

	async #others(watched: readonly Watched[]): Promise<[string, LineCount][]> {
		const known = new Set(watched.map(({ host }) => host));
		return [...(await this.#store.counts())].filter(([host]) => !known.has(host));
	}

	async #tell(host: string, { lines, unparsed }: LineCount): Promise<ImportedHost> {
		const known = this.#newest.get(host);
		const at = known?.lines === lines ? known.at : await this.#newestMail(host);
		this.#newest.set(host, { lines, at });
		return { host, lines, unparsed, ...(at !== undefined && { newestAt: at }) };
	}

	async #newestMail(host: string): Promise<string | undefined> {
		const terms = [{ field: "host", value: host, negated: false } as const];
		const { journeys } = await this.#ask("found", { query: { terms, problems: [] }, lang: "en", limit: 1 });
		return journeys[0] && journeyRow(journeys[0]).updatedAt;
	}
}
