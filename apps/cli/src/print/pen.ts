/** Colours on a terminal, none when piped or with NO_COLOR (no-color.org); FORCE_COLOR wins. And log text made harmless. */

export interface Pen {
	bold(text: string): string;
	dim(text: string): string;
	good(text: string): string;
	bad(text: string): string;
	waiting(text: string): string;
}

export function pen(stream: { isTTY?: boolean } = process.stdout, env: NodeJS.ProcessEnv = process.env): Pen {
	const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "0";
	const coloured = forced || (stream.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb");
	const sgr = (code: number) => (text: string) => (coloured ? `\x1b[${code}m${text}\x1b[0m` : text);
	return { bold: sgr(1), dim: sgr(2), good: sgr(32), bad: sgr(31), waiting: sgr(33) };
}

/** Text that a stranger chose must not steer the terminal: control and direction characters show as `�`. */
export function harmless(text: string): string {
	return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}
