/** Folders of files that anybody may fetch: the page's own, and the agent's packages. */
import fastifyStatic, { type FastifyStaticOptions } from "@fastify/static";
import type { FastifyInstance } from "fastify";

export async function registerOpenFiles(app: FastifyInstance, options: FastifyStaticOptions): Promise<void> {
	await app.register(async (files) => {
		files.addHook("onRoute", (route) => {
			route.config = { ...route.config, need: "open" };
		});
		await files.register(fastifyStatic, { decorateReply: false, index: false, ...options });
	});
}
