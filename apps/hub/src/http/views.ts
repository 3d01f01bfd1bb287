/**
 * What is being looked at: a list that is scrolled and lines that are followed are one view, though they are many requests. The audit
 * log has a view once; whoever looks for longer is noted again. It leaves out what became of it: a refusal is a view of its own.
 */
import type { AuditRecord } from "../store/account-store.ts";

const VIEW_MS = 15 * 60_000;
const VIEWS_MAX = 5_000;

export class Views {
	readonly #begun = new Map<string, number>();

	/** Whether the same was asked, by the same and from the same address, a while ago; if not, it is from now on. */
	begun({ at, who, action, detail, result, from }: AuditRecord): boolean {
		const key = JSON.stringify([who, action, detail, result, from]);
		const since = this.#begun.get(key);
		if (since !== undefined && at - since < VIEW_MS) return true;
		this.#begun.delete(key);
		// the oldest is first; a view that is forgotten is noted once more
		if (this.#begun.size >= VIEWS_MAX)
			for (const oldest of this.#begun.keys()) {
				this.#begun.delete(oldest);
				break;
			}
		this.#begun.set(key, at);
		return false;
	}
}
