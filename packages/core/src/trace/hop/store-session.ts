/**
 * Session ids of Dovecot's LMTP: one transaction's first recipient has the transaction's own, the others have it with their
 * number behind (`KEHEHfNUAmuqAAAAZN5P0Q`, `KEHEHfNUAmuqAAAAZN5P0Q:R2`, and `…:2` in 2.3.13).
 */

const NUMBER = /:R?\d{1,6}$/;

/** The session of the same transaction's first recipient; undefined for that one itself. */
export function firstSessionOf(session: string | undefined): string | undefined {
	const number = session === undefined ? null : NUMBER.exec(session);
	return number ? session?.slice(0, number.index) : undefined;
}

/** What the session of the transaction's nth recipient may be called, from the second on. */
export function sessionsOfNth(first: string, nth: number): string[] {
	return [`${first}:R${nth}`, `${first}:${nth}`];
}
