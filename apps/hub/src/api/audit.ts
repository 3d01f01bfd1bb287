/** `GET /api/audit`: who asked for what, newest first. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { AuditEntrySchema, ErrorSchema } from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import type { AccountStore } from "../store/store.ts";

export function registerAudit(app: FastifyInstance, { accounts }: { accounts: AccountStore }): void {
	app.withTypeProvider<TypeBoxTypeProvider>().get(
		"/api/audit",
		{
			schema: {
				summary: "Who asked for what, newest first",
				querystring: Type.Object({
					limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 100 })),
				}),
				response: { 200: Type.Object({ entries: Type.Array(AuditEntrySchema) }), "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const records = await accounts.audits(request.query.limit ?? 100);
			return { entries: records.map((record) => ({ ...record, at: new Date(record.at).toISOString() })) };
		},
	);
}
