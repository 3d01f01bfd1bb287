/**
 * The OpenAPI 3.1 document, made from the routes' schemas: each with the right that opens it, and with an example, which is
 * an answer that a hub once gave (lists shortened). Register before the routes.
 */
import swagger from "@fastify/swagger";
import type { FastifyInstance, FastifySchema } from "fastify";
import type { Need } from "./access.ts";
import examples from "./api-examples.json" with { type: "json" };

interface Example {
	request?: unknown;
	answer?: unknown;
}
const EXAMPLES: Record<string, Example | undefined> = examples;

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
		transform: ({ schema, url, route }) => {
			const method = [route.method].flat().find((each) => each !== "HEAD") ?? "GET";
			return { url, schema: described(schema, route.config?.need, EXAMPLES[`${method} ${url}`]) };
		},
	});
	app.get("/api/openapi.json", { config: { need: "signed-in" }, schema: { hide: true } }, async () =>
		app.swagger(),
	);
}

/** A copy: the schema itself checks requests and writes answers. */
function described(
	schema: FastifySchema,
	need: Need | undefined,
	example: Example | undefined,
): FastifySchema {
	const { body, response } = schema as { body?: object; response?: Record<string, object> };
	const answer = response?.["200"];
	return {
		...schema,
		...(need !== undefined && { description: wordsFor(need) }),
		...(body && example?.request !== undefined && { body: { ...body, examples: [example.request] } }),
		...(answer &&
			example?.answer !== undefined && {
				response: { ...response, 200: { ...answer, examples: [example.answer] } },
			}),
	};
}

function wordsFor(need: Need): string {
	switch (need) {
		case "open":
			return "Answers everybody.";
		case "agent":
			return "For agents, with a proof of their own.";
		case "signed-in":
			return "For everybody who is signed in, and every token.";
		case "session":
			return "For somebody who is signed in at a browser; no token can do it.";
		case "person":
			return "For somebody who is signed in, or a token with the right `accounts`.";
		default:
			return `Needs the right ${[need]
				.flat()
				.map((right) => `\`${right}\``)
				.join(" and ")}.`;
	}
}
