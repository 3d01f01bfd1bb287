/**
 * JSON answers to a GET are compressed where the client takes it: a page of search results is a tenth of its size. Streams (exports,
 * files) go out as they come. What hands out a secret (a token, a link, an authenticator's) answers a POST and stays as it is,
 * so no answer has a secret beside a text that a stranger chose (`docs/security.md`, BREACH).
 */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { FastifyInstance } from "fastify";

/** smaller ones fit into a packet either way */
const BYTES_MIN = 1_024;
/** zlib's: half the work of its usual 6 for some hundredths of the size */
const LEVEL = 4;
const compress = promisify(gzip);

/** Behind every other hook that changes what is sent. */
export function registerCompress(app: FastifyInstance): void {
	app.addHook("onSend", async (request, reply, payload) => {
		if (request.method !== "GET" || typeof payload !== "string" || payload.length < BYTES_MIN) return payload;
		if (!String(reply.getHeader("content-type")).startsWith("application/json")) return payload;
		// whoever keeps answers must not give this one to a client that asks otherwise
		reply.header("vary", joined(reply.getHeader("vary"), "accept-encoding"));
		if (!takesGzip(request.headers["accept-encoding"])) return payload;
		reply.header("content-encoding", "gzip");
		reply.removeHeader("content-length");
		return compress(payload, { level: LEVEL });
	});
}

function joined(known: unknown, more: string): string {
	return typeof known === "string" && known !== "" ? `${known}, ${more}` : more;
}

/** RFC 9110, 12.5.3: a weight of zero is a no. */
function takesGzip(accepted: string | string[] | undefined): boolean {
	const codings = String(accepted ?? "").toLowerCase();
	return codings.split(",").some((each) => {
		const [coding = "", weight = "q=1"] = each.split(";").map((part) => part.trim());
		return (coding === "gzip" || coding === "*") && Number(weight.replace(/^q=/, "")) > 0;
	});
}
