/** The description of the API: what opens each route, and examples that are what the routes' schemas say. */
import type { TSchema } from "typebox";
import { Check, Errors } from "typebox/value";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startHub, type TestHub } from "../testing/test-hub.ts";
import examples from "./api-examples.json" with { type: "json" };

interface Operation {
	description?: string;
	requestBody?: { content: Record<string, { schema: TSchema; examples?: object; example?: unknown }> };
	responses: Record<
		string,
		{ content?: Record<string, { schema: TSchema; examples?: object; example?: unknown }> }
	>;
}

let hub: TestHub;
let operations: [string, Operation][];
beforeAll(async () => {
	hub = await startHub();
	const { paths } = await hub.get<{ paths: Record<string, Record<string, Operation>> }>("/api/openapi.json");
	operations = Object.entries(paths).flatMap(([path, methods]) =>
		Object.entries(methods).map(([method, operation]): [string, Operation] => [
			`${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
			operation,
		]),
	);
});
afterAll(() => hub.close());

const faults = (schema: TSchema, value: unknown) =>
	Check(schema, value)
		? []
		: Errors(schema, value).map(({ instancePath, message }) => `${instancePath} ${message}`);

it("says of every route what opens it", () => {
	expect(operations.filter(([, { description }]) => !description).map(([name]) => name)).toEqual([]);
	const search = operations.find(([name]) => name === "GET /api/search")?.[1];
	expect(search?.description).toBe("Needs the right `messages`.");
});

it("shows the examples where they belong", () => {
	const shown = operations.filter(([, { requestBody, responses }]) => {
		const parts = [requestBody, responses["200"]].flatMap(
			(each) => each?.content?.["application/json"] ?? [],
		);
		return parts.length > 0 && parts.every((part) => JSON.stringify(part).includes('"example'));
	});
	expect(shown.length).toBeGreaterThan(50);
});

it("has examples that the schemas take", () => {
	for (const [name, { request, answer }] of Object.entries(examples) as [
		string,
		{ request?: unknown; answer?: unknown },
	][]) {
		const operation = operations.find(([each]) => each === name)?.[1];
		if (!operation) continue;
		const taken = operation?.requestBody?.content["application/json"]?.schema;
		const given = operation?.responses["200"]?.content?.["application/json"]?.schema;
		if (request !== undefined && taken) expect([name, faults(taken, request)]).toEqual([name, []]);
		if (answer !== undefined && given) expect([name, faults(given, answer)]).toEqual([name, []]);
	}
});
