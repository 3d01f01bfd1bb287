/**
 * Writes the few instructions of WebAssembly that our loops over bytes are made of, as text that reads like the arithmetic it does
 * (WebAssembly Core Specification 2.0, chapter 5: binary format). Only what they need: numbers of 32 bits, one memory of the module's
 * own, functions of such numbers. Whether a module is right the engine says when it is made.
 */

/** Instructions that leave one number, or none. */
export type Code = readonly number[];

export interface LoopFunction {
	name: string;
	/** how many numbers it is given; it gives back one */
	parameters: number;
	/** numbers of its own beside them */
	locals: number;
	body: Code;
}

const NUMBER = 0x7f;
const END = 0x0b;
const NOTHING = 0x40;

export const get = (local: number): Code => [0x20, local];
export const set = (local: number, value: Code): Code => [...value, 0x21, local];
export const constant = (value: number): Code => [0x41, ...signed(value)];

export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const less1 = (a: Code): Code => [...a, ...constant(1), 0x6b];
export const multiply = (a: Code, b: Code): Code => [...a, ...b, 0x6c];
export const and = (a: Code, b: Code): Code => [...a, ...b, 0x71];
export const or = (a: Code, b: Code): Code => [...a, ...b, 0x72];
export const xor = (a: Code, b: Code): Code => [...a, ...b, 0x73];
export const shiftRight = (a: Code, bits: number): Code => [...a, ...constant(bits), 0x76];
export const isZero = (a: Code): Code => [...a, 0x45];
export const isNotBelow = (a: Code, b: Code): Code => [...a, ...b, 0x4f];
export const zerosBelow = (a: Code): Code => [...a, 0x68];

/** In the memory, `offset` behind the address. */
export const word = (address: Code, offset = 0): Code => [...address, 0x28, 2, ...unsigned(offset)];
export const byte = (address: Code, offset = 0): Code => [...address, 0x2d, 0, ...unsigned(offset)];
export const putWord = (address: Code, value: Code): Code => [...address, ...value, 0x36, 2, 0];
/** Which of the sixteen bytes there are this one, a bit for each. */
export const bytesThatAre = (address: Code, value: number): Code => [
	...[...address, 0xfd, 0, 0, 0],
	...[0xfd, 12, ...new Array(16).fill(value)],
	...[0xfd, 0x23, 0xfd, 0x64],
];

/** Again and again until `over` holds, which is looked at first. */
export const until = (over: Code, ...body: Code[]): Code => [
	...[0x02, NOTHING, 0x03, NOTHING],
	...[...over, 0x0d, 1],
	...body.flat(),
	...[0x0c, 0, END, END],
];
export const when = (holds: Code, ...body: Code[]): Code => [...holds, 0x04, NOTHING, ...body.flat(), END];

/** A module with these functions and a memory, named `memory`, of so many pages of 64 KiB. */
export function assemble(functions: readonly LoopFunction[], pages: number): Uint8Array {
	const types = functions.map(({ parameters }) => [
		...[0x60, parameters, ...new Array(parameters).fill(NUMBER)],
		...[1, NUMBER],
	]);
	const exported = functions.map(({ name }, number) => [...text(name), 0, number]);
	const bodies = functions.map(({ locals, body }) => sized([1, locals, NUMBER, ...body, END]));
	return Uint8Array.from([
		...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
		...section(1, types),
		...section(
			3,
			functions.map((_, number) => [number]),
		),
		...section(5, [[1, ...unsigned(pages), ...unsigned(pages)]]),
		...section(7, [...exported, [...text("memory"), 2, 0]]),
		...section(10, bodies),
	]);
}

function section(number: number, entries: readonly Code[]): Code {
	return [number, ...sized([...unsigned(entries.length), ...entries.flat()])];
}

function sized(bytes: Code): Code {
	return [...unsigned(bytes.length), ...bytes];
}

function text(name: string): Code {
	return sized(Array.from(name, (letter) => letter.charCodeAt(0)));
}

/** LEB128: seven bits in each byte, the lowest first. */
function unsigned(value: number): Code {
	return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
	return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
