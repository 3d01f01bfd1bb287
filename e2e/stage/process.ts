/** A child process of a test: its output is kept for the failure message, and it is ended by its own pid. */
import { type ChildProcess, spawn } from "node:child_process";

export class Running {
	readonly #child: ChildProcess;
	#output = "";
	readonly #exited: Promise<void>;

	constructor(command: string, args: string[], env: Record<string, string> = {}) {
		this.#child = spawn(command, args, {
			stdio: ["ignore", "pipe", "pipe"],
			env: { ...process.env, ...env },
		});
		this.#child.stdout?.on("data", (chunk: Buffer) => this.#add(chunk));
		this.#child.stderr?.on("data", (chunk: Buffer) => this.#add(chunk));
		this.#exited = new Promise((resolve) => this.#child.once("exit", () => resolve()));
	}

	#add(chunk: Buffer): void {
		this.#output = (this.#output + chunk.toString("utf8")).slice(-65_536);
	}

	get output(): string {
		return this.#output;
	}

	/** Resolves with the first match in what it printed; rejects with its output when it ends or stays silent. */
	async says(pattern: RegExp, timeoutMs = 20_000): Promise<RegExpExecArray> {
		const until = Date.now() + timeoutMs;
		for (;;) {
			const match = pattern.exec(this.#output);
			if (match) return match;
			if (this.#child.exitCode !== null || Date.now() > until)
				throw new Error(`it did not say ${pattern}; it said:\n${this.#output}`);
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	}

	/** Waits for its end and gives its exit status. */
	async ended(): Promise<number | null> {
		await this.#exited;
		return this.#child.exitCode;
	}

	async end(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
		if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
		await this.#exited;
	}
}
