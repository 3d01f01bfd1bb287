import { describe, it } from "vitest";
import { expectHarmless, type Place, quoted } from "../hostile-words.testing.ts";

const SESSION = "995fb2a7b90cf461 ";
const RELAY = 'source="192.0.2.1" relay="192.0.2.7 (mx.x)" delay=0s';

const PLACES: Record<string, Place> = {
	"the sender of an envelope": {
		program: "smtpd",
		line: (words) =>
			`${SESSION}smtp envelope evpid=71f63d262fc42a61 from=<${quoted(words)}> to=<u1@c.example>`,
		holds: ["sender"],
	},
	"a recipient": {
		program: "smtpd",
		line: (words) =>
			`${SESSION}mta delivery evpid=f5aa4dbe9985723f from=<a@x> to=<${quoted(words)}> rcpt=<-> ${RELAY} result="PermFail" stat="550 no"`,
		holds: ["recipients"],
	},
	"what a remote said": {
		program: "smtpd",
		line: (words) =>
			`${SESSION}mta delivery evpid=f5aa4dbe9985723f from=<a@x> to=<b@x> rcpt=<-> ${RELAY} result="TempFail" stat="451 4.7.1 x ${words}"`,
		holds: ["reply.text"],
	},
	"what an agent printed": {
		program: "smtpd",
		line: (words) =>
			`${SESSION}mda delivery evpid=f5aa4dbe9985723f from=<a@x> to=<b@x> rcpt=<-> user=vmail delay=0s result=PermFail stat=Error ("${words}")`,
		holds: ["reason"],
	},
	"the recipient of an expired envelope": {
		program: "smtpd",
		line: (words) =>
			`relay: Expire for c5885afc4d99251f: from=<${quoted(words)}>, to=<${quoted(words)}>, rcpt=<->, delay=59s, stat=Envelope expired`,
		holds: ["recipients"],
	},
	"the sender that a version before 6 took": {
		program: "smtpd",
		line: (words) =>
			`smtp-in: Accepted message 4296f490 on session 08d856b172f69c5c: from=<${quoted(words)}>, to=<b@x>, size=9, ndest=1, proto=ESMTP`,
		holds: ["sender"],
	},
	"the recipient that a version before 6 tried": {
		program: "smtpd",
		line: (words) =>
			`relay: PermFail for 4296f490ab12cd34: session=08d856b272f69c5c, from=<a@x>, to=<${quoted(words)}>, rcpt=<${quoted(words)}>, source=192.0.2.1, relay=192.0.2.9 (mx.x), delay=1s, stat=550 no`,
		holds: ["recipients", "originalRecipient"],
	},
	"what a remote said to a version before 6": {
		program: "smtpd",
		line: (words) =>
			`relay: TempFail for 4296f490ab12cd34: session=08d856b272f69c5c, from=<a@x>, to=<b@x>, rcpt=<->, source=192.0.2.1, relay=192.0.2.9 (mx.x), delay=1s, stat=451 4.7.1 x ${words}`,
		holds: ["reply.text"],
	},
	"a command that a version before 6 refused": {
		program: "smtpd",
		line: (words) => `smtp-in: Failed command on session 08d856b172f69c5c: "HELO ${words}" => 550 no`,
		holds: ["helo", "reply.text"],
	},
	"a user name": {
		program: "smtpd",
		line: (words) => `${SESSION}smtp authentication user=x${words} result=permfail`,
		holds: ["username"],
	},
};

describe("a stranger's words in a line of OpenSMTPD change no other field", () => {
	it.each(Object.entries(PLACES))("%s", (_name, place) => expectHarmless(place));
});
