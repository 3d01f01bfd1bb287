/** How many numbers of a rising list are below a number. */
export function countBelow(list: ArrayLike<unknown>, below: number): number {
	let low = 0;
	for (let high = list.length; low < high; ) {
		const middle = (low + high) >>> 1;
		if (Number(list[middle]) < below) low = middle + 1;
		else high = middle;
	}
	return low;
}
