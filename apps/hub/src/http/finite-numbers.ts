/**
 * Ajv, by which Fastify reads numbers out of texts, takes `Infinity` for an integer and then asks no more of it: neither the largest nor
 * the smallest that a schema names.
 */
import type { FastifyInstance } from "fastify";
import { HubError } from "./errors.ts";

/** Refuses what a schema let pass as a number without end, in an address or in a JSON body. */
export function registerFiniteNumbers(app: FastifyInstance): void {
	app.addHook("preHandler", async ({ query, params, body }) => {
		if (![query, params, body].every(hasEnd))
			throw new HubError("request-invalid", "a number of the request has no end");
	});
}

function hasEnd(value: unknown): boolean {
	if (typeof value === "number") return Number.isFinite(value);
	if (Array.isArray(value)) return value.every(hasEnd);
	return !isPlain(value) || Object.values(value).every(hasEnd);
}

/** Bytes and streams are not; what a query was read into inherits from an empty object of its own. */
function isPlain(value: unknown): value is object {
	if (typeof value !== "object" || value === null) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === null || Object.getPrototypeOf(prototype) === null;
}
