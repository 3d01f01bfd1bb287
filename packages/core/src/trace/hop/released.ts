/** amavis' ids in the Resent-Message-ID of what it lets out of its quarantine: <7jks3k7qHK0O-sZvYYN3VAlaP@am.example>, the kept one's and its own. */

const RELEASED = /^<?([\w-]{12})-([\w-]{12})@/;

export function releaseIn(messageId: string | undefined): { kept: string; id: string } | undefined {
	const [, kept, id] = (messageId === undefined ? null : RELEASED.exec(messageId)) ?? [];
	return kept === undefined || id === undefined ? undefined : { kept, id };
}
