/**
 * A journey as one line of JSON, as `JSON.stringify` has it, but recipient by recipient: a message to 300,000 of them is more than
 * one string may hold.
 */
import type { Journey } from "@mailtrail/core/trace";

/** The line in pieces that make it, its end included. */
export function* journeyJson(journey: Journey): Generator<string> {
	let before = "{";
	for (const [name, value] of Object.entries(journey)) {
		if (value === undefined) continue;
		yield `${before}${JSON.stringify(name)}:`;
		before = ",";
		if (name === "recipients") yield* jsonList(journey.recipients);
		else yield JSON.stringify(value);
	}
	yield "}\n";
}

function* jsonList(items: readonly unknown[]): Generator<string> {
	let before = "[";
	for (const item of items) {
		yield `${before}${JSON.stringify(item)}`;
		before = ",";
	}
	yield items.length === 0 ? "[]" : "]";
}
