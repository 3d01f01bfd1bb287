import { describe, it } from "vitest";
import { expectHarmless, type Place, quoted } from "../hostile-words.testing.ts";

const ID = "6AM7V8ab000242: ";
const END =
	"delay=00:00:01, xdelay=00:00:00, mailer=esmtp, pri=120101, relay=mx.e.example. [127.0.1.15], dsn=";

/** util.c, shortenstring: 203 characters at most, cut out of the middle */
function shortened(text: string): string {
	return text.length <= 203 ? text : `${text.slice(0, 100)}...${text.slice(-100)}`;
}

/** deliver.c, logdelivery: the reply, and behind it the status that repeats it */
function putOff(reply: string): string {
	return `${ID}to=<a@e.example>, ${END}4.7.1, reply=${shortened(reply)}, stat=${shortened(`Deferred: ${reply}`)}`;
}

const PLACES: Record<string, Place> = {
	"the sender of from=": {
		program: "sm-mta",
		line: (words) =>
			`${ID}from=<${quoted(words)}>, size=101, class=0, nrcpts=4, msgid=<m@x>, proto=ESMTP, daemon=MTA-v4, relay=mx.b.example [127.0.1.12]`,
		holds: ["sender"],
	},
	"the Message-ID of from=": {
		program: "sm-mta",
		line: (words) =>
			`${ID}from=<a@x>, size=101, class=0, nrcpts=4, msgid=<${words}>, proto=ESMTP, daemon=MTA-v4, relay=mx.b.example [127.0.1.12]`,
		holds: ["messageId"],
	},
	"a recipient of to=": {
		program: "sm-mta",
		line: (words) => `${ID}to=<${quoted(words)}>, ${END}2.0.0, stat=Sent (Ok: queued as 4AbCdE012345603)`,
		holds: ["recipients"],
	},
	"the words of a remote that accepts": {
		program: "sm-mta",
		line: (words) => `${ID}to=<a@e.example>, ${END}2.0.0, stat=Sent (ok: ${words})`,
		holds: ["reply", "nextQueueId", "remoteId"],
	},
	"the words of a remote that refuses": {
		program: "sm-mta",
		line: (words) => `${ID}to=<a@e.example>, ${END}5.1.1, reply=550 5.1.1 ${words}, stat=User unknown`,
		holds: ["reply.text"],
	},
	"the words of a remote that puts off": {
		program: "sm-mta",
		line: (words) => putOff(`451 4.7.1 later ${words}`),
		holds: ["reply.text"],
	},
	"the many words of a remote that puts off": {
		program: "sm-mta",
		line: (words) => putOff(`451 4.7.1 ${"later ".repeat(50)} ${words}`),
		holds: ["reply.text"],
	},
	"the long last words of a remote that puts off": {
		program: "sm-mta",
		line: (words) => putOff(`451 4.7.1 later ${words} ${"later ".repeat(50)}`),
		holds: ["reply.text"],
	},
	"why a message is kept": {
		program: "sm-mta",
		line: (words) =>
			`${ID}to=<a@e.example>, delay=00:00:00, mailer=esmtp, pri=30136, quarantine=${words}, stat=quarantined`,
		holds: [],
	},
	"the argument of a ruleset": {
		program: "sm-mta",
		line: (words) =>
			`${ID}ruleset=check_rcpt, arg1=<${quoted(words)}>, relay=h.example [192.0.2.7], reject=550 5.7.1 Relaying denied`,
		holds: ["recipient"],
	},
	"the recipient that a milter turns away": {
		program: "sm-mta",
		line: (words) => `${ID}Milter: to=<${quoted(words)}>, reject=451 4.7.1 Greylisting in action`,
		holds: ["recipient"],
	},
	"a refused recipient": {
		program: "sm-mta",
		line: (words) => `${ID}<${quoted(words)}>... User unknown`,
		holds: ["recipient"],
	},
	"a user name": {
		program: "sm-mta",
		line: (words) =>
			`${ID}AUTH failure (PLAIN): user not found (-20) SASL(-13): user not found: checkpass failed, user=${words}, relay=client.example [127.0.1.9]`,
		holds: ["username"],
	},
	"a HELO name": {
		program: "sm-mta",
		line: (words) => `${ID}invalid domain name (${words}) from client.example [127.0.1.9]`,
		holds: ["helo"],
	},
	"an argument that comes too early": {
		program: "sm-mta",
		line: (words) =>
			`${ID}SMTP MAIL command (<${quoted(words)}>) from client.example [127.0.1.9] tempfailed (due to previous checks)`,
		holds: ["sender"],
	},
	"the sender of a message that broke off": {
		program: "sm-mta",
		line: (words) => `${ID}collect: relay=mx.b.example, from=<${quoted(words)}>, info=unexpected close`,
		holds: [],
	},
	"a header that a milter adds": {
		program: "sm-mta",
		line: (words) => `${ID}Milter (tiny) add: header: X-Subject: ${words}`,
		holds: ["header.value"],
	},
	"a recipient that a milter takes away": {
		program: "sm-mta",
		line: (words) => `${ID}Milter (tiny) delete: rcpt <${quoted(words)}>, naddrs=1`,
		holds: ["recipient"],
	},
	"a notice's text": {
		program: "sm-mta",
		line: (words) => `${ID}6AM7V9ab000244: DSN: no: ${words}`,
		holds: ["text"],
	},
	"a command in an attack": {
		program: "sm-mta",
		line: (words) => `${ID}client.example [127.0.1.9]: probable open proxy: command=${words}`,
		holds: ["text"],
	},
};

describe("a stranger's words in a line of sendmail change no other field", () => {
	it.each(Object.entries(PLACES))("%s", (_name, place) => expectHarmless(place));
});
