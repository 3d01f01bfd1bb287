/** What came of every try that lines in memory tell of, as columns. */
import type { DatabaseSync } from "node:sqlite";
import type { MailEvent } from "@mailtrail/core/event";
import { outwardTries } from "../../outward-tries.ts";
import type { Cell } from "../packed/columns.ts";
import { TRY_COLUMNS } from "../packed/packed-tries.ts";
import { writeColumns } from "../packed/tables.ts";

export class DirectTries {
	/** as `TRY_COLUMNS` are named; of few texts each is kept once */
	readonly #columns: Cell[][] = TRY_COLUMNS.map(() => []);
	readonly #texts = new Map<string, string>();
	/** of each destination its rows */
	readonly #rows = new Map<string, number[]>();
	#count = 0;

	add(host: string, event: MailEvent): void {
		for (const { at, destination, relay, result, cause, queueId, next } of outwardTries(event)) {
			const known = this.#once(destination);
			const row = [known, at, host, this.#once(relay), result, cause, queueId, next];
			for (const [column, cell] of row.entries()) this.#columns[column]?.push(cell);
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
		const times = this.#columns[1] ?? [];
		const order = [...this.#rows.keys()]
			.sort()
			.flatMap((name) => (this.#rows.get(name) ?? []).sort((a, b) => Number(times[a]) - Number(times[b])));
		writeColumns(
			db,
			"tries",
			this.#columns.map((column) => order.map((row) => column[row] ?? null)),
		);
	}
}
