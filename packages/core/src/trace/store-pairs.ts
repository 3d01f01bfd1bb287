/**
 * Which store belongs to which try, of one user on one host. The store says what it did before it answers, the MTA after that:
 * where their lines alternate, each pair is forced. Where several stores wait for an answer at once nobody can tell them
 * apart, and none of them is paired.
 */

/** What happened when; times of whole seconds are spread over their second. */
interface Timed {
	at: number;
}

export interface Pair<S, T> {
	store: S;
	try: T;
}

interface Waiting<S> {
	store: S;
	crowd?: Crowd<S>;
}

/** Stores and tries that could be each other's in more than one way. */
interface Crowd<S> {
	stores: Set<Waiting<S>>;
	tries: number;
}

/** How long after the store's line the MTA's own may come, and how long before it: Dovecot's lines go through its log process. */
const OPEN_MS = 10_000;
const OVERTAKEN_MS = 250;

/**
 * @param stores in time order
 * @param tries in time order
 * @param fits whether nothing speaks against the two
 */
export function pairUp<S extends Timed, T extends Timed>(
	stores: readonly S[],
	tries: readonly T[],
	fits: (store: S, attempt: T) => boolean,
): Pair<S, T>[] {
	const pairs = new Set<Pair<S, T>>();
	let recent: Pair<S, T>[] = [];
	let waiting: Waiting<S>[] = [];
	let next = 0;
	for (const attempt of tries) {
		const at = latest(attempt.at);
		for (let store = stores[next]; store && store.at <= at; store = stores[++next]) waiting.push({ store });
		waiting = waiting.filter(({ store }) => store.at >= attempt.at - OPEN_MS);
		recent = recent.filter(({ store }) => store.at >= attempt.at - OPEN_MS);
		const possible = waiting.filter(({ store }) => fits(store, attempt));
		const [only, another] = possible;
		if (only && !another && !only.crowd) {
			const pair = { store: only.store, try: attempt };
			pairs.add(pair);
			recent.push(pair);
			waiting = waiting.filter((each) => each !== only);
		} else if (only) {
			const crowd = join(possible);
			if (++crowd.tries >= crowd.stores.size) waiting = waiting.filter((each) => !crowd.stores.has(each));
		} else {
			// A try without a store: a line is missing, and a store paired just before may have been this one's.
			for (const pair of recent) if (fits(pair.store, attempt)) pairs.delete(pair);
		}
	}
	return [...pairs];
}

function join<S>(possible: readonly Waiting<S>[]): Crowd<S> {
	const crowds = new Set(possible.flatMap(({ crowd }) => crowd ?? []));
	const stores = new Set([...possible, ...[...crowds].flatMap((crowd) => [...crowd.stores])]);
	const crowd = { stores, tries: [...crowds].reduce((sum, { tries }) => sum + tries, 0) };
	for (const each of stores) each.crowd = crowd;
	return crowd;
}

/** RFC 3164 headers have whole seconds: the line may be from the second's end. */
function latest(at: number): number {
	return at % 1000 === 0 ? at + 999 : at + OVERTAKEN_MS;
}
