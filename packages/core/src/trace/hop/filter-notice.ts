/** amavis' id in the Message-ID of what it tells the sender: <DSN%i@%h>, <VS%i@%h>, <SS%i@%h> (its templates of notices; %i is the mail id). */

const NOTICE = /^<?(?:DSN|VS|SS)([\w+-]{12})@/;

/** The mail id of the message that this is a notice about. */
export function reportedIn(messageId: string | undefined): string | undefined {
	return messageId === undefined ? undefined : NOTICE.exec(messageId)?.[1];
}
