/**
 * The hub's JSON as the page shows it. What strangers wrote into a log may hold characters that turn the direction of what stands
 * around them (Unicode's bidirectional controls): an address would read backwards, as somebody else's. They show as `�`, as in the terminal.
 */
const DIRECTION = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** JSON text → its value; throws on what is no JSON. */
export function readAnswer(text: string): unknown {
	return JSON.parse(text.replace(DIRECTION, "\ufffd"));
}
