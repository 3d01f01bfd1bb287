/** Aborted when a client goes away before it has its answer: what was done for it may stop. */
import type { FastifyReply } from "fastify";

export function endedSignal(reply: FastifyReply): AbortSignal {
	const controller = new AbortController();
	reply.raw.once("close", () => {
		if (!reply.raw.writableFinished) controller.abort();
	});
	return controller.signal;
}
