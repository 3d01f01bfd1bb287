/** Commands that one agent was asked for and has not answered yet. Each is answered once: by it, by its end, or by time. */
import type { CommandResult } from "@mailtrail/core/wire";

/** A check of a silent host with many addresses takes this long at the most. */
const ANSWER_MS = 90_000;

export class PendingCommands {
	readonly #open = new Map<number, (result: CommandResult) => void>();
	#nextId = 0;

	open(): { id: number; result: Promise<CommandResult> } {
		const id = this.#nextId++;
		const { promise, resolve } = Promise.withResolvers<CommandResult>();
		const timer = setTimeout(() => this.settle(id, failure("The agent did not answer in time.")), ANSWER_MS);
		this.#open.set(id, (result) => {
			clearTimeout(timer);
			resolve(result);
		});
		return { id, result: promise };
	}

	/** An answer to nothing that is open is dropped: it came too late, or the agent made it up. */
	settle(id: number, result: CommandResult): void {
		const resolve = this.#open.get(id);
		this.#open.delete(id);
		resolve?.(result);
	}

	/** The connection is over. */
	abandon(): void {
		for (const id of [...this.#open.keys()]) {
			this.settle(id, failure("The agent's connection ended before it answered. Try again when it is back."));
		}
	}
}

function failure(text: string): CommandResult {
	return { name: "failure", reason: "failed", text };
}
