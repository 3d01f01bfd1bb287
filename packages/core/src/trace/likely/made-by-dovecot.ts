/** Message-IDs that Dovecot gives what it sends itself: seconds and microseconds of its host's clock, and a number. */

// pigeonhole, sieve-tool.c and lda-sieve-plugin.c: <dovecot-sieve-1795377865-521787-0@store.example>, for answers, and what is redirected and had none
const BY_SIEVE = /^dovecot-sieve-(\d{9,11})-(\d{1,6})-\d{1,9}@/;
// lib-lda, mail_deliver_get_new_message_id(): <dovecot-1795416053-922727-2@store.example>, for what tells of a rejection (mail-send.c) and nothing else
const OF_REJECTION = /^dovecot-(\d{9,11})-(\d{1,6})-\d{1,9}@/;

/** When it was made, in epoch milliseconds; undefined for other ids. */
export function madeBySieveAt(messageId: string | undefined): number | undefined {
	return timeIn(BY_SIEVE, messageId);
}

export function rejectedAt(messageId: string | undefined): number | undefined {
	return timeIn(OF_REJECTION, messageId);
}

function timeIn(pattern: RegExp, messageId: string | undefined): number | undefined {
	const made = messageId === undefined ? null : pattern.exec(messageId);
	return made ? Number(made[1]) * 1000 + Number(made[2]) / 1000 : undefined;
}
