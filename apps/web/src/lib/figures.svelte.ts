/**
 * Figures beside a question: fetched anew when the question changes, never in its way. What the hub cannot tell (an older
 * one, a reader without the right) is simply not shown.
 */
export class Figures<Question, Answer> {
	answer = $state.raw<Answer | undefined>();
	loading = $state(false);
	/** the first question has been answered, or cannot be */
	settled = $state(false);
	#running: AbortController | undefined;
	readonly #ask: (question: Question, signal: AbortSignal) => Promise<Answer>;

	constructor(ask: (question: Question, signal: AbortSignal) => Promise<Answer>) {
		this.#ask = ask;
	}

	/** The answer that stands stays until the next one is there, so that nothing jumps. */
	async ask(question: Question): Promise<void> {
		this.#running?.abort();
		const running = new AbortController();
		this.#running = running;
		this.loading = true;
		try {
			const answer = await this.#ask(question, running.signal);
			if (!running.signal.aborted) this.answer = answer;
		} catch {
			if (!running.signal.aborted) this.answer = undefined;
		}
		if (running.signal.aborted) return;
		this.loading = false;
		this.settled = true;
	}

	stop(): void {
		this.#running?.abort();
	}
}
