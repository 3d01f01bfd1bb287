/**
 * The tables of one slice file. A slice holds the lines that arrived while it was the newest, the hops of their queues as
 * they were then, and the positions: everything that one commit writes is in one file.
 */

/** Raised with every change of the tables, with a step in `migrate-slice.ts`; a later version is refused with a clear word. */
export const SLICE_VERSION = 10;

/** A line's row id is its identity: the number of its source and generation, and its offset. */
export const OFFSET_BITS = 40;
export const OFFSET_LIMIT = 2 ** OFFSET_BITS;
/** Row ids stay exact as JavaScript numbers: 2^53 / 2^40. A slice that reaches it is closed. */
export const GENERATIONS_PER_SLICE = 2 ** 13 - 1;

/** A queue holds a message for days, seldom for weeks: older ones are not looked at for something that ended after. */
export const LONGEST_STAY_MS = 30 * 86_400_000;

/** Times are whole milliseconds; the hop itself has them as its log does. */
export const HOPS_SCHEMA = `CREATE TABLE hops (
	no INTEGER PRIMARY KEY, key TEXT NOT NULL, id TEXT NOT NULL, first_at INTEGER NOT NULL,
	last_at INTEGER NOT NULL, own TEXT, body TEXT NOT NULL);
CREATE INDEX hops_by_key ON hops (key);
CREATE INDEX hops_by_time ON hops (first_at, no, last_at);
`;

/**
 * What hops of a packed slice are found by, as numbers (`term-hash.ts`), and the domains and relays among it as text (`d:`, `r:`), for
 * whoever begins to type one. Senders, recipients, queue ids and hosts stand as text in other tables.
 */
export const TERMS_SCHEMA = `CREATE TABLE hop_terms (
	term INTEGER, first_at INTEGER, hop INTEGER, PRIMARY KEY (term, first_at, hop)) WITHOUT ROWID;
CREATE TABLE names (name TEXT PRIMARY KEY) WITHOUT ROWID;
`;

export const SLICE_SCHEMA = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE generations (
	no INTEGER PRIMARY KEY, host TEXT NOT NULL, source TEXT NOT NULL, generation TEXT NOT NULL,
	UNIQUE (host, source, generation));
CREATE TABLE lines (
	id INTEGER PRIMARY KEY, kind TEXT NOT NULL, raw TEXT NOT NULL, event TEXT NOT NULL);
CREATE TABLE line_keys (key TEXT, line INTEGER, PRIMARY KEY (key, line)) WITHOUT ROWID;
${HOPS_SCHEMA}${TERMS_SCHEMA}CREATE TABLE positions (
	host TEXT, source TEXT, generation TEXT, touched INTEGER NOT NULL, body TEXT NOT NULL,
	PRIMARY KEY (host, source, generation)) WITHOUT ROWID;
CREATE TABLE counts (
	host TEXT PRIMARY KEY, lines INTEGER NOT NULL, unparsed INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE gaps (
	no INTEGER PRIMARY KEY, host TEXT NOT NULL, at REAL NOT NULL, source TEXT NOT NULL,
	bytes INTEGER NOT NULL, reason TEXT NOT NULL, from_at REAL, until_at REAL);
`;
