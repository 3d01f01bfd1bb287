/** The key of lines that wait for their queue. No host's name has a colon, so it is no queue's key. */
export const WAITING = "w:";

export function waitingKey(name: string): string {
	return `${WAITING}${name}`;
}
