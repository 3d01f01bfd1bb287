/** Something that a press sets off in the hub: busy while it runs, then done for a moment, or the hub's words why not. */
import { asApiError } from "./api.ts";

const SHOWN_MS = 2500;

export class Action {
	busy = $state(false);
	done = $state(false);
	problem = $state<string | undefined>();

	/** Whether it went through. */
	async run(work: () => Promise<unknown>): Promise<boolean> {
		this.busy = true;
		this.done = false;
		this.problem = undefined;
		try {
			await work();
			this.done = true;
			setTimeout(() => {
				this.done = false;
			}, SHOWN_MS);
			return true;
		} catch (cause) {
			this.problem = asApiError(cause).message;
			return false;
		} finally {
			this.busy = false;
		}
	}
}
