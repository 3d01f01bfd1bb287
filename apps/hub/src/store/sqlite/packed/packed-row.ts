/** A row of a packed slice: when it was is known at once, what it says is unpacked when somebody asks. */
import type { Hop } from "@mailtrail/core/trace";
import type { HopRow } from "../slice/hop-rows.ts";
import type { PackedHop } from "./hop-block.ts";

type Body = Pick<PackedHop, "key" | "own" | "hop">;

export class PackedRow implements HopRow {
	readonly place: number;
	readonly no: number;
	readonly first_at: number;
	readonly body = "";
	readonly #read: () => Body;
	readonly #ownNow: () => string | null | undefined;
	#body: Body | undefined;

	constructor(
		place: number,
		no: number,
		firstAt: number,
		read: () => Body,
		ownNow: () => string | null | undefined,
	) {
		this.place = place;
		this.no = no;
		this.first_at = firstAt;
		this.#read = read;
		this.#ownNow = ownNow;
	}

	get #whole(): Body {
		this.#body ??= this.#read();
		return this.#body;
	}

	get key(): string {
		return this.#whole.key;
	}

	get own(): string | undefined {
		const now = this.#ownNow();
		return now === undefined ? this.#whole.own : (now ?? undefined);
	}

	get hop(): Hop {
		return this.#whole.hop;
	}
}
