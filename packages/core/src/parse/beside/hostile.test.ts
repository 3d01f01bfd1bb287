import { describe, it } from "vitest";
import { expectHarmless, type Place, quoted } from "../hostile-words.testing.ts";

const COURIER = "id=000000000026C407.000000006B03B329.000000AB";

const PLACES: Record<string, Place> = {
	"the user at PAM": {
		program: "auth",
		line: (words) =>
			`pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=${words} rhost=192.0.2.7  user=${words}`,
		holds: ["username"],
	},
	"the user at saslauthd": {
		program: "saslauthd",
		line: (words) =>
			`do_auth         : auth failure: [user=${words}] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error]`,
		holds: ["username"],
	},
	"the user at Cyrus": {
		program: "cyrus/imap",
		line: (words) =>
			`badlogin: mx.example [192.0.2.7] plaintext (${words}) [SASL(-13): authentication failure: checkpass failed]`,
		holds: ["username"],
	},
	"the Message-ID at Cyrus": {
		program: "cyrus/lmtpunix",
		line: (words) => `Delivered: <${words}@a.example> to mailbox: user.taro.Junk`,
		holds: ["messageId"],
	},
	"the sender at Courier": {
		program: "courierlocal",
		line: (words) =>
			`${COURIER},from=<${quoted(words)}>,addr=<taro@b.example>,size=327,success: Message delivered.`,
		holds: [],
	},
	"what a server said to Courier": {
		program: "courieresmtp",
		line: (words) => `${COURIER},from=<a@x>,addr=<taro@b.example>: 550 5.1.1 no ${words}`,
		holds: ["reply.text"],
	},
	"the last command at Courier": {
		program: "courieresmtpd",
		line: (words) => `error,relay=::ffff:192.0.2.7,msg="502 ESMTP command error",cmd: ${words}`,
		holds: [],
	},
	"the user at Courier": {
		program: "imapd",
		line: (words) => `LOGIN FAILED, user=${words}, ip=[::ffff:192.0.2.7], port=[35266]`,
		holds: ["username"],
	},
	"what the local server said to fetchmail": {
		program: "fetchmail",
		line: (words) => `SMTP error: 550 5.1.1 no ${words}`,
		holds: ["reply.text"],
	},
};

describe("a stranger's words change no other field", () => {
	for (const [name, place] of Object.entries(PLACES)) it(name, () => expectHarmless(place));
});
