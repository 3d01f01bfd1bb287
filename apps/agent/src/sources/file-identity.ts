/**
 * What content a file holds. A log is known again by the hash of its first bytes, never by its inode or its name: a copy
 * is the same content, a truncated and refilled file is another one. The head grows with what was read, up to 4 KiB,
 * so that it never covers bytes that may still change.
 */
import { hash } from "node:crypto";

/** Bytes from the start that identify a content. */
export const HEAD_BYTES = 4096;

/** The hash that stands in a position's `head`. */
export function hashHead(head: Uint8Array): string {
	return hash("sha256", head);
}

let lastTime = 0;

/** A new generation's id: ids sort by the time they were made, so that the newest of several matches is known. */
export function newGeneration(now: number): string {
	lastTime = Math.max(now, lastTime + 1);
	const random = Math.floor(Math.random() * 0x7fff_ffff);
	return `${lastTime.toString(36).padStart(9, "0")}-${random.toString(36).padStart(6, "0")}`;
}

/** Epoch milliseconds when a generation was first seen. */
export function begunAt(generation: string): number {
	return Number.parseInt(generation.slice(0, 9), 36);
}
