/**
 * Stops what `npm start` has started, the latest first, once: on a signal, when npm is gone, when something fails. A second
 * signal does not wait.
 */
const PARENT_POLL_MS = 250;

export class Shutdown {
	#steps = [];
	#done;

	constructor(say) {
		for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
			process.on(signal, () => {
				if (this.asked) process.exit(1);
				say("stopping …");
				void this.run();
			});
		}
		this.#watchNpm();
	}

	get asked() {
		return this.#done !== undefined;
	}

	/** @param {() => unknown} step */
	add(step) {
		this.#steps.push(step);
	}

	run() {
		this.#done ??= (async () => {
			for (const step of this.#steps.reverse()) await step();
		})();
		return this.#done;
	}

	/** npm passes a signal to the shell that it started us with, and the shell ends without passing it on. */
	#watchNpm() {
		if (process.env.npm_lifecycle_event === undefined) return;
		const parent = process.ppid;
		const timer = setInterval(() => {
			if (process.ppid === parent) return;
			clearInterval(timer);
			void this.run();
		}, PARENT_POLL_MS);
		timer.unref();
	}
}
