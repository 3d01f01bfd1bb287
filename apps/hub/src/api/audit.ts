/** `GET /api/audit`: who asked for what, newest first. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { AuditEntrySchema, AuditQuerySchema, ErrorSchema } from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import type { AccountStore } from "../store/account-store.ts";

export function registerAudit(app: FastifyInstance, { accounts }: { accounts: AccountStore }): void {
	app.withTypeProvider<TypeBoxTypeProvider>().get(
		"/api/audit",
		{
			config: { need: "audit" },
			schema: {
				summary: "Who asked for what, newest first",
				querystring: AuditQuerySchema,
				response: { 200: Type.Object({ entries: Type.Array(AuditEntrySchema) }), "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const { limit = 100, before, who, action } = request.query;
			const records = await accounts.audits({ limit, before, who, action });
			return { entries: records.map((record) => ({ ...record, at: new Date(record.at).toISOString() })) };
		},
	);
}
