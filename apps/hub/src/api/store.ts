/** `GET /api/store`: what is kept, how much room it takes, what is damaged. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { ErrorSchema, StoreAnswerSchema } from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import type { StoredLines } from "../store/store.ts";

export function registerStore(instance: FastifyInstance, { store }: { store: StoredLines }): void {
	instance.withTypeProvider<TypeBoxTypeProvider>().get(
		"/api/store",
		{
			config: { need: "hosts" },
			schema: {
				summary: "What is kept, and how much room it takes",
				response: { 200: StoreAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async () => {
			const { slices, damaged, free, full, retention, earlierView } = await store.info();
			const iso = (ms: number) => new Date(ms).toISOString();
			const begun = slices.flatMap(({ from }) => from ?? []);
			const ended = slices.flatMap(({ to }) => to ?? []);
			return {
				bytes: slices.reduce((sum, { bytes }) => sum + bytes, 0),
				...(Number.isFinite(free) && { free }),
				lines: slices.reduce((sum, { lines }) => sum + lines, 0),
				...(begun.length > 0 && { from: iso(Math.min(...begun)) }),
				...(ended.length > 0 && { until: iso(Math.max(...ended)) }),
				slices: slices.map(({ from, to, ...slice }) => ({
					...slice,
					...(from !== undefined && { from: iso(from) }),
					...(to !== undefined && { until: iso(to) }),
				})),
				damaged: damaged.map(({ name, at, reason }) => ({ name, at: iso(at), reason })),
				retention,
				...(earlierView > 0 && { earlierView }),
				...(full && { full: { since: iso(full.since), text: full.text } }),
			};
		},
	);
}
