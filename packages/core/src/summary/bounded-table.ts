/**
 * Rows by key, up to a number of keys: strangers choose addresses and domains, and nothing in a log may grow our memory
 * without end. What came for a key that found no room is counted.
 */
export class BoundedTable<Row> {
	readonly rows = new Map<string, Row>();
	/** additions that found no room */
	uncounted = 0;
	readonly #most: number;
	readonly #make: () => Row;

	constructor(most: number, make: () => Row) {
		this.#most = most;
		this.#make = make;
	}

	/** The row of a key, made where it is new; undefined (and counted) where the table is full. */
	row(key: string): Row | undefined {
		const known = this.rows.get(key);
		if (known) return known;
		if (this.rows.size >= this.#most) {
			this.uncounted += 1;
			return undefined;
		}
		const made = this.#make();
		this.rows.set(key, made);
		return made;
	}

	/** Takes over the other table's rows: `add` puts one row's figures into another. */
	merge(other: BoundedTable<Row>, add: (into: Row, from: Row) => void): void {
		for (const [key, from] of other.rows) {
			const into = this.row(key);
			if (into) add(into, from);
		}
		this.uncounted += other.uncounted;
	}
}
