/** `GET` and `POST /api/import/:host`: logs of a host without an agent, batch by batch, resumable. For who may enrol hosts. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { ErrorSchema, ImportBatchSchema, ImportedSchema, ImportStateSchema } from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { isHostName } from "../agents/enrolment.ts";
import { HubError } from "../http/errors.ts";
import type { Ingest } from "../ingest/ingest-batch.ts";
import type { StoredLines } from "../store/store.ts";

const ParamsSchema = Type.Object({ host: Type.String({ maxLength: 255 }) });
/** 500 lines of the greatest length would be more: such a batch is cut by who sends it */
const BODY_MAX = 16 * 1_048_576;

export function registerImport(
	instance: FastifyInstance,
	{ store, ingest }: { store: StoredLines; ingest: Ingest },
): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	app.get(
		"/api/import/:host",
		{
			config: { need: "enrol", audit: "import" },
			schema: {
				summary: "Which logs of a host are stored, and how far",
				params: ParamsSchema,
				response: { 200: ImportStateSchema, "4xx": ErrorSchema },
			},
		},
		async ({ params }) => {
			if (!isHostName(params.host)) throw new HubError("host-name-invalid");
			return { positions: await store.positions(params.host) };
		},
	);
	app.post(
		"/api/import/:host",
		{
			config: { need: "enrol" },
			bodyLimit: BODY_MAX,
			schema: {
				summary: "Lines of a host that has no agent",
				params: ParamsSchema,
				body: ImportBatchSchema,
				response: { 200: ImportedSchema, "4xx": ErrorSchema },
			},
		},
		async ({ params, body }) => {
			if (!isHostName(params.host)) throw new HubError("host-name-invalid");
			const result = await ingest(params.host, { type: "batch", id: 0, ...body });
			if (!result.ok) throw new HubError("import-refused", result.text);
			return { added: result.added, duplicates: result.duplicates };
		},
	);
}
