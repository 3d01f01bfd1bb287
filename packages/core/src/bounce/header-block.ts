/**
 * `Name: value` lines with folding (RFC 5322 section 2.2), as headers and as the groups of a delivery-status part are
 * written. Bounded; a line that is no field ends the block or is left out, never an error.
 */

export type HeaderBlock = ReadonlyMap<string, readonly string[]>;

const FIELDS_MAX = 500;
const VALUE_MAX = 8000;
const FIELD = /^([!-9;-~]{1,78})[ \t]*:[ \t]*(.*)$/;

/** The fields from a line on, up to the first empty line; names in lower case. */
export function readHeaderBlock(
	lines: readonly string[],
	start = 0,
): { fields: Map<string, string[]>; end: number } {
	const fields = new Map<string, string[]>();
	let last: string[] | undefined;
	let count = 0;
	let at = start;
	for (; at < lines.length; at++) {
		const line = lines[at] as string;
		if (line.trim() === "") break;
		if ((line.startsWith(" ") || line.startsWith("\t")) && last) {
			const value = last[last.length - 1] as string;
			if (value.length < VALUE_MAX) last[last.length - 1] = `${value} ${line.trim().slice(0, VALUE_MAX)}`;
			continue;
		}
		const field = line.length < VALUE_MAX ? FIELD.exec(line) : undefined;
		if (!field?.[1] || ++count > FIELDS_MAX) {
			last = undefined;
			continue;
		}
		const name = field[1].toLowerCase();
		last = fields.get(name) ?? [];
		last.push((field[2] ?? "").trim());
		fields.set(name, last);
	}
	return { fields, end: at };
}

export function first(block: HeaderBlock, name: string): string | undefined {
	const value = block.get(name)?.[0];
	return value === "" ? undefined : value;
}

/** The first address in a header's value, without its display name; quoted local parts keep their quotes. */
export function addressIn(value: string | undefined): string | undefined {
	if (value === undefined) return undefined;
	const found =
		/<([^<>\s]{1,255}@[^<>\s@]{1,255})>/.exec(value.slice(0, 1000)) ??
		/(?:^|[\s;,:<("'=])([^\s<>()",;:[\]]{1,128}@[^\s<>()",;:[\]@]{1,255})/.exec(value.slice(0, 1000));
	return found?.[1]?.replace(/[.']+$/, "");
}
