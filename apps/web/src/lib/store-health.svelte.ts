/** Whether the hub can store what comes and read what it has, for the line above every page. Asked for now and then, of whoever may see the hosts. */
import type { StoreAnswer } from "@mailtrail/core/wire";
import { fetchAnswer } from "./api.ts";

const ASK_EVERY_MS = 20_000;

class StoreHealth {
	full = $state.raw<StoreAnswer["full"]>();
	/** files that were set aside */
	damaged = $state(0);

	/** `may`: asked each time, as the answer may change with the session */
	start(may: () => boolean): () => void {
		const ask = async () => {
			if (!may()) return;
			try {
				const { full, damaged } = await fetchAnswer<StoreAnswer>("/api/store");
				this.full = full;
				this.damaged = damaged.length;
			} catch {
				// a hub that is away is told of elsewhere; what was wrong with its store is not mended by that
			}
		};
		void ask();
		const asking = setInterval(() => void ask(), ASK_EVERY_MS);
		return () => clearInterval(asking);
	}
}

export const storeHealth = new StoreHealth();
