/**
 * Where the rows of a long list stand, without asking the page: every row is as high as the others, some have a heading above
 * them. Pure; a million rows cost no more than ten.
 */
export interface RowPlaces {
	/** height of a row, and of a heading */
	row: number;
	heading: number;
	count: number;
	/** rows with a heading above them, ascending */
	headed: readonly number[];
}

/** The top of a row; of `count`: the height of the list. */
export function topOf(index: number, { row, heading, headed }: RowPlaces): number {
	return index * row + headingsUpTo(index, headed) * heading;
}

/** The row that stands at `y`, or the nearest. */
export function rowAt(y: number, places: RowPlaces): number {
	let low = 0;
	let high = Math.max(0, places.count - 1);
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if (topOf(middle, places) <= y) low = middle;
		else high = middle - 1;
	}
	return low;
}

/** How many headings stand above the top of this row. */
function headingsUpTo(index: number, headed: readonly number[]): number {
	let low = 0;
	let high = headed.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((headed[middle] ?? 0) <= index) low = middle + 1;
		else high = middle;
	}
	return low;
}
