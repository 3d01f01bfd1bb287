/** `GET /api/hosts/:host/lines`: the raw lines of a host, the newest first, as many as the time allows. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { ErrorSchema, HostLinesAnswerSchema, HostLinesQuerySchema } from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { HubError } from "../http/errors.ts";
import type { Ask } from "../questions/questions.ts";

const LIMIT_DEFAULT = 200;
/** for a rare word the page goes on with the cursor */
const BUDGET_MS = 500;

export function registerHostLines(instance: FastifyInstance, { ask }: { ask: Ask }): void {
	instance.withTypeProvider<TypeBoxTypeProvider>().get(
		"/api/hosts/:host/lines",
		{
			config: { need: ["lines", "messages"], audit: "lines", polled: true },
			schema: {
				summary: "A host's log lines, the newest first",
				params: Type.Object({ host: Type.String({ maxLength: 255 }) }),
				querystring: HostLinesQuerySchema,
				response: { 200: HostLinesAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async ({ params, query }) => {
			const { source, contains, kind, cursor, limit = LIMIT_DEFAULT } = query;
			const started = performance.now();
			const page = await ask("hostLines", {
				host: params.host,
				limit,
				budgetMs: BUDGET_MS,
				...(source !== undefined && { source }),
				...(contains !== undefined && contains !== "" && { contains }),
				...(kind !== undefined && { kind }),
				...(cursor !== undefined && { before: readPlace(cursor) }),
			});
			return {
				lines: page.lines,
				...(page.before !== undefined && { cursor: Buffer.from(page.before).toString("base64url") }),
				took: Math.round(performance.now() - started),
			};
		},
	);
}

function readPlace(cursor: string): string {
	const text = Buffer.from(cursor, "base64url").toString();
	try {
		const place: unknown = JSON.parse(text);
		if (typeof place === "object" && place !== null && "slice" in place && "below" in place) return text;
	} catch {
		// Falls through to the one answer for everything that is no cursor.
	}
	throw new HubError("cursor-invalid");
}
