import { describe, it } from "vitest";
import { expectHarmless, type Place, quoted } from "../hostile-words.testing.ts";

const SESSION = "lmtp(u@x)<1><EIJMF/VUAmuqAAAAZN5P0Q>: ";
const PEERS = "method=PLAIN, rip=192.0.2.7, lip=192.0.2.1, TLS, session=<abc>";

const PLACES: Record<string, Place> = {
	"the user of a login": {
		program: "dovecot",
		line: (words) =>
			`imap-login: Disconnected: Connection closed (auth failed, 2 attempts in 30 secs): user=<${words}>, ${PEERS}`,
		holds: ["username"],
	},
	"the user of a login in 2.4": {
		program: "dovecot",
		line: (words) =>
			`imap-login: Login aborted: Logged out (auth failed, 1 attempts in 2 secs) (auth_failed): user=<${words}>, ${PEERS}`,
		holds: ["username"],
	},
	"a forbidden user name in 2.4": {
		program: "dovecot",
		line: (words) =>
			`auth(?,192.0.2.7,sasl:plain)<abc>: plain: Username character disallowed by auth_username_chars: 0x3e (username: ${words})`,
		holds: ["reason"],
	},
	"a password that is logged": {
		program: "dovecot",
		line: (words) =>
			`auth(bob,192.0.2.7,sasl:plain)<abc>: passwd-file: Password mismatch (given password: ${words})`,
		holds: [],
	},
	"the Message-ID that Sieve logs": {
		program: "dovecot",
		line: (words) => `${SESSION}sieve: msgid=<${words}>: fileinto action: stored mail into mailbox 'Spam'`,
		holds: ["messageId"],
	},
	"the Message-ID that LMTP logs": {
		program: "dovecot",
		line: (words) => `${SESSION}msgid=<${words}>: saved mail to INBOX`,
		holds: ["messageId"],
	},
	"the Message-ID that mail_log logs": {
		program: "dovecot",
		line: (words) => `${SESSION}save: box=Spam, uid=1, msgid=<${words}>, size=403`,
		holds: ["messageId"],
	},
	"the Message-ID that mail_log logs in 2.4": {
		program: "dovecot",
		line: (words) => `${SESSION}Mailbox Spam: save: uid=1, msgid=<${words}>, size=403`,
		holds: ["messageId"],
	},
	"the sender of a submission": {
		program: "dovecot",
		line: (words) =>
			`submission(anna@x)<546><mt/v>: Successfully relayed message: from=<${quoted(words)}>, size=46, id=2pAuFSuaAmsiAgAACxgaDQ, nrcpt=1, reply=\`250 2.0.0 Ok: queued as 577D52B0435'`,
		holds: ["sender"],
	},
	"the words of the submission's relay": {
		program: "dovecot",
		line: (words) =>
			`submission(anna@x)<546><mt/v>: Successfully relayed message: from=<a@x>, size=46, id=2pAuFSuaAmsiAgAACxgaDQ, nrcpt=1, reply=\`250 2.0.0 ok: ${words}'`,
		holds: ["reply.text", "nextQueueId"],
	},
	"the words of the LMTP proxy's backend": {
		program: "dovecot",
		line: (words) =>
			`lmtp(791): lmtp-server: conn 192.0.2.10:42760 [1]: rcpt pp@x: <iLR9HqaaAmsX>: Sent message to <pp@x> at 192.0.2.53:24: 250 2.0.0 ok ${words} (1/1 at 29 ms)`,
		holds: ["reply.text", "nextQueueId", "remoteId"],
	},
};

describe("a stranger's words in a line of Dovecot change no other field", () => {
	it.each(Object.entries(PLACES))("%s", (_name, place) => expectHarmless(place));
});
