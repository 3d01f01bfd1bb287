import { describe, it } from "vitest";
import { expectHarmless, type Place, quoted } from "../hostile-words.testing.ts";

const PLACES: Record<string, Place> = {
	"the sender at dma": {
		program: "dma",
		line: (words) => `2ca75b: new mail from user=root uid=8 envelope_from=<${quoted(words)}>`,
		holds: ["sender"],
	},
	"the recipient at dma": {
		program: "dma",
		line: (words) => `2ca75b.557a00623f60: <${quoted(words)}> delivery successful`,
		holds: ["recipients"],
	},
	"what a server said to dma": {
		program: "dma",
		line: (words) =>
			`2ca75b.557a00623f60: remote delivery to mx.example [192.0.2.7] failed after RCPT TO: 550 5.1.1 no ${words}`,
		holds: ["reply.text"],
	},
	"what a server said to nullmailer": {
		program: "nullmailer-send",
		line: (words) => `smtp: Failed: 550 5.1.1 no ${words}`,
		holds: ["reply.text"],
	},
	"what a server said to msmtp": {
		program: "msmtp",
		line: (words) =>
			`host=mx.example tls=on auth=off from=a@x recipients=u1@y smtpstatus=550 smtpmsg='550 5.1.1 no ${words}' errormsg='recipient address u1@y not accepted by the server' exitcode=EX_DATAERR`,
		holds: ["reply.text"],
	},
	"the sender at msmtp": {
		program: "msmtp",
		line: (words) =>
			`host=mx.example tls=on auth=off from=${quoted(words)} recipients=u1@y mailsize=20 smtpstatus=250 smtpmsg='250 2.0.0 Ok: queued as 8A95F2CA67E' exitcode=EX_OK`,
		holds: [],
	},
	"the recipient at sSMTP": {
		program: "sSMTP",
		line: (words) => `RCPT TO:<${quoted(words)}> (550 5.1.1 no)`,
		holds: ["recipients"],
	},
};

describe("a stranger's words change no other field", () => {
	for (const [name, place] of Object.entries(PLACES)) it(name, () => expectHarmless(place));
});
