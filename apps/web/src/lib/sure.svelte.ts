/** A question before what cannot be taken back: it names what will be lost. One at a time, answered by the sheet that `App` shows. */
export interface Question {
	title: string;
	/** what is gone afterwards */
	lost: string;
	/** the button's word: what is done, not “yes” */
	act: string;
}

class Sure {
	question = $state.raw<Question | undefined>();
	#answer: ((sure: boolean) => void) | undefined;

	ask(question: Question): Promise<boolean> {
		this.answer(false);
		this.question = question;
		return new Promise((resolve) => {
			this.#answer = resolve;
		});
	}

	answer(sure: boolean): void {
		this.question = undefined;
		this.#answer?.(sure);
		this.#answer = undefined;
	}
}

export const sure = new Sure();
