/**
 * A batch as it came over the wire → what the protocol says it is, or undefined. Whoever serves sockets only looks whether a message
 * is one (`isBatch`): reading it is a part of storing it, wherever that is done.
 */
import { type Batch, BatchSchema } from "@mailtrail/core/wire";
import { Compile } from "typebox/compile";

const checkBatch = Compile(BatchSchema);
/** how agents write it: `JSON.stringify` keeps the order of an object's fields */
const BEGINNING = '{"type":"batch"';

export function isBatch(data: Buffer): boolean {
	return data.toString("latin1", 0, BEGINNING.length) === BEGINNING;
}

export function readBatch(data: Uint8Array): Batch | undefined {
	try {
		const { buffer, byteOffset, length } = data;
		const value: unknown = JSON.parse(Buffer.from(buffer, byteOffset, length).toString("utf8"));
		return checkBatch.Check(value) ? value : undefined;
	} catch {
		return undefined;
	}
}
