/** What came of every try that lines in memory tell of, as columns. */
import type { DatabaseSync } from "node:sqlite";
import type { MailEvent } from "@mailtrail/core/event";
import { outwardTries } from "../../outward-tries.ts";
import type { Cell } from "../packed/columns.ts";
import { TRY_COLUMNS } from "../packed/packed-tries.ts";
import { writeColumns } from "../packed/tables.ts";

export class DirectTries {
	/** of few texts each is kept once */
	readonly #columns = {
		destination: [] as string[],
		at: [] as number[],
		host: [] as string[],
		relay: [] as string[],
		result: [] as string[],
		cause: [] as string[],
		queue: [] as string[],
		next: [] as string[],
	} satisfies Record<(typeof TRY_COLUMNS)[number], Cell[]>;
	readonly #texts = new Map<string, string>();
	/** of each destination its rows */
	readonly #rows = new Map<string, number[]>();
	#count = 0;

	add(host: string, event: MailEvent): void {
		for (const { at, destination, relay, result, cause, queueId, next } of outwardTries(event)) {
			const known = this.#once(destination);
			this.#columns.destination.push(known);
			this.#columns.at.push(at);
			this.#columns.host.push(host);
			this.#columns.relay.push(this.#once(relay));
			this.#columns.result.push(result);
			this.#columns.cause.push(cause);
			this.#columns.queue.push(queueId);
			this.#columns.next.push(next);
			const rows = this.#rows.get(known);
			if (rows) rows.push(this.#count);
			else this.#rows.set(known, [this.#count]);
			this.#count++;
		}
	}

	#once(text: string): string {
		const known = this.#texts.get(text);
		if (known !== undefined) return known;
		this.#texts.set(text, text);
		return text;
	}

	/** In the order of their destinations, of one in that of time. */
	write(db: DatabaseSync): void {
		const times = this.#columns.at;
		const order = [...this.#rows.keys()]
			.sort()
			.flatMap((name) => (this.#rows.get(name) ?? []).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0)));
		writeColumns(
			db,
			"tries",
			TRY_COLUMNS.map((name) => order.map((row) => this.#columns[name][row] ?? null)),
		);
	}
}
