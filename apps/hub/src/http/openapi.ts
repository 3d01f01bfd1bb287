/** The OpenAPI 3.1 document, made from the routes' schemas. Register before the routes. */
import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";

export async function registerOpenApi(app: FastifyInstance): Promise<void> {
	await app.register(swagger, {
		openapi: {
			openapi: "3.1.0",
			info: {
				title: "Mailtrail hub",
				version: "1",
				description: "Where is this message, why is it there, and what do I do now?",
			},
			components: {
				securitySchemes: { token: { type: "http", scheme: "bearer" } },
			},
			security: [{ token: [] }],
		},
	});
	app.get("/api/openapi.json", { config: { need: "signed-in" }, schema: { hide: true } }, async () =>
		app.swagger(),
	);
}
