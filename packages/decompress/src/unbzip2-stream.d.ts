/** The package has no types of its own. */
declare module "@openpgp/unbzip2-stream" {
	import type { ReadableStream } from "node:stream/web";
	export default function unbzip2Stream(input: ReadableStream<Uint8Array>): ReadableStream<Uint8Array>;
}
