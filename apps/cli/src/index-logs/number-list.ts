/** A list of whole numbers below 2³² in four bytes each: an index of millions of lines has no room for objects. */
export class NumberList {
	length = 0;
	#items = new Uint32Array(1024);

	push(item: number): void {
		if (this.length === this.#items.length) this.#grow();
		this.#items[this.length++] = item;
	}

	at(place: number): number {
		return this.#items[place] as number;
	}

	set(place: number, item: number): void {
		this.#items[place] = item;
	}

	/** Leaves the first ones. */
	cut(length: number): void {
		this.length = length;
	}

	#grow(): void {
		const items = new Uint32Array(Math.ceil(this.#items.length * 1.5));
		items.set(this.#items);
		this.#items = items;
	}
}
