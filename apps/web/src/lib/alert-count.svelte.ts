/** How many alerts stand, for the number in the header. Asked for now and then; a reader without the right, or a hub without alerts, has none. */
import type { AlertsAnswer } from "@mailtrail/core/wire";
import { fetchAnswer } from "./api.ts";

const ASK_EVERY_MS = 20_000;

class AlertCount {
	firing = $state(0);

	/** `may`: asked each time, as the answer may change with the session */
	start(may: () => boolean): () => void {
		const ask = async () => {
			if (!may()) return;
			try {
				this.firing = (await fetchAnswer<AlertsAnswer>("/api/alerts?state=firing&limit=1")).firing;
			} catch {
				this.firing = 0;
			}
		};
		void ask();
		const asking = setInterval(() => void ask(), ASK_EVERY_MS);
		return () => clearInterval(asking);
	}
}

export const alertCount = new AlertCount();
