import { describe, expect, it } from "vitest";
import { expectHarmless, type Place, quoted } from "../hostile-words.testing.ts";
import { parseMessage } from "../parse-line.ts";

const ID = "1xV24o-00001V-0h ";
const HOST = "H=edge.corp.example [127.0.1.3]:38763 I=[127.0.1.12]:25";
const REMOTE = "R=dnslookup T=remote_smtp H=mx.e.example [127.0.1.15]:25 I=[127.0.1.12]:44773";
const escaped = (words: string) => words.replace(/[\\"]/g, "\\$&");

const PLACES: Record<string, Place> = {
	"the sender of <=": {
		program: "exim",
		line: (words) => `${ID}<= ${quoted(words)} ${HOST} P=esmtp L.- S=285 M8S=0 RT=0.001s id=m@x`,
		holds: ["sender"],
	},
	"the Message-ID": {
		program: "exim",
		line: (words) =>
			`${ID}<= a@x ${HOST} P=esmtp S=285 id=${quoted(words)} T="hello" from <a@x> for u1@b.example`,
		holds: ["messageId"],
	},
	"the subject": {
		program: "exim",
		line: (words) =>
			`${ID}<= a@x ${HOST} P=esmtp S=285 id=m@x T="${escaped(words)}" from <a@x> for u1@b.example`,
		holds: [],
	},
	"the sender at the end": {
		program: "exim",
		line: (words) =>
			`${ID}<= a@x ${HOST} P=esmtp S=285 id=m@x from <${quoted(words)}> for u1@b.example u2@b.example`,
		holds: [],
	},
	"a certificate's name": {
		program: "exim",
		line: (words) => `${ID}<= a@x ${HOST} P=esmtps X=TLS1.3:x:256 CV=yes DN="${escaped(words)}" S=285 id=m@x`,
		holds: [],
	},
	"what a remote said when it took it": {
		program: "exim",
		line: (words) => `${ID}=> a@e.example F=<x@y> ${REMOTE} C="250 ok ${escaped(words)}" QT=0.1s DT=0.2s`,
		holds: ["reply", "nextQueueId", "remoteId"],
	},
	"the unquoted local part of a delivery": {
		program: "exim",
		line: (words) => {
			const address = quoted(words);
			const bare = `${address.slice(1, address.lastIndexOf('"@'))}@evil.example`;
			return `${ID}=> ${bare.toLowerCase()} <${address}> F=<${address}> ${REMOTE} C="250 OK" QT=0.1s`;
		},
		holds: ["recipients"],
	},
	"a failed recipient": {
		program: "exim",
		line: (words) => `${ID}** ${quoted(words)} F=<x@y> R=nosuch: User unknown`,
		holds: ["recipients"],
	},
	"what a remote said when it put it off": {
		program: "exim",
		line: (words) =>
			`${ID}== a@e.example ${REMOTE.replace(" H=", " defer (-44) H=")} DT=0.1s: SMTP error from remote mail server after RCPT TO:<a@e.example>: 451 4.7.1 x ${words}`,
		holds: ["reply.text"],
	},
	"the recipient of a refusal": {
		program: "exim",
		line: (words) => `${HOST} F=<a@x> rejected RCPT <${quoted(words)}>: relay not permitted`,
		holds: ["recipient"],
	},
	"the sender of a refusal": {
		program: "exim",
		line: (words) => `${HOST} F=<${quoted(words)}> rejected RCPT <u@b.example>: relay not permitted`,
		holds: ["sender"],
	},
	"the recipient of a discard": {
		program: "exim",
		line: (words) => `${HOST} F=<a@x> RCPT <${quoted(words)}>: discarded by RCPT ACL: rcpt discarded here`,
		holds: ["recipient"],
	},
	"the sender of a message too big": {
		program: "exim",
		line: (words) => `rejected MAIL FROM:<${quoted(words)}> ${HOST}: message too big: size=9 max=2`,
		holds: ["sender"],
	},
	"the sender of a loop": {
		program: "exim",
		line: (words) =>
			`${ID}rejected from <${quoted(words)}> H=edge.corp.example [127.0.1.3]:46489: message too big: read=4 max=2`,
		holds: ["sender"],
	},
	"a user name": {
		program: "exim",
		line: (words) =>
			`login authenticator failed for client.example (c) [127.0.1.9]:35305 I=[127.0.1.12]:25: 535 Incorrect authentication data (set_id=${words})`,
		holds: ["username"],
	},
	"a HELO argument": {
		program: "exim",
		line: (words) =>
			`rejected EHLO from client.example [127.0.1.9]:39709 I=[127.0.1.12]:25: syntactically invalid argument(s): ${words}`,
		holds: ["helo", "reply.text"],
	},
	"a last command": {
		program: "exim",
		line: (words) =>
			`SMTP call from client.example (c) [127.0.1.9]:55019 I=[127.0.1.12]:25 dropped: too many unrecognized commands (last was "${words}")`,
		holds: ["reason"],
	},
};

describe("a stranger's words in a line of exim change no other field", () => {
	it.each(Object.entries(PLACES))("%s", (_name, place) => expectHarmless(place));

	it("a client is not named by a command that imitates one", () => {
		const command = 'x" H=evil [203.0.113.66]:25 "';
		const sync = `SMTP protocol synchronization error (next input sent too soon: pipelining was advertised): rejected "${command}" ${HOST} next input="y"`;
		for (const line of [sync, `SMTP syntax error in "${command}" ${HOST} unrecognized command`]) {
			expect(parseMessage("exim", line)).not.toHaveProperty("client");
		}
	});
});
