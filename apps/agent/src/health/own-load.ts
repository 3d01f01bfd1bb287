/** What the agent itself costs of a processor. */
export class OwnLoad {
	#at = process.hrtime.bigint();
	#usage = process.cpuUsage();
	/** percent of one processor between the last two looks */
	#cpu = 0;

	/** Looks again, at most once a second: several readers do not shorten each other's time. */
	look(): { cpu: number } {
		const now = process.hrtime.bigint();
		const microseconds = Number(now - this.#at) / 1000;
		if (microseconds >= 1_000_000) {
			const used = process.cpuUsage(this.#usage);
			this.#cpu = Math.round(((used.user + used.system) / microseconds) * 1000) / 10;
			this.#at = now;
			this.#usage = process.cpuUsage();
		}
		return { cpu: this.#cpu };
	}
}
