import { describe, it } from "vitest";
import { expectHarmless, type Place, quoted } from "../hostile-words.testing.ts";

const HEAD = "(00178-01) Passed CLEAN {RelayedInbound}, [192.0.2.7]:35983";
const TAIL = "mail_id: IHOdTyAWJi8r, Hits: -1, size: 605, queued_as: 6F88E5380B1, 1157 ms";
const KEPT =
	"quarantine: s/banned-ssJXBc3-8BXo, Queue-ID: D7A6A56C6A2, Message-ID: <m@x>, mail_id: ssJXBc3-8BXo, Hits: -, size: 1324";

const PLACES: Record<string, Place> = {
	"the sender": {
		program: "amavis",
		line: (words) => `${HEAD} <${quoted(words)}> -> <b@x>, Queue-ID: D08FF538054, Message-ID: <m@x>, ${TAIL}`,
		holds: ["sender"],
	},
	"a recipient": {
		program: "amavis",
		line: (words) =>
			`${HEAD} <a@x> -> <${quoted(words)}>,<b@x>, Queue-ID: D08FF538054, Message-ID: <m@x>, ${TAIL}`,
		holds: ["recipients"],
	},
	"the Message-ID": {
		program: "amavis",
		line: (words) => `${HEAD} <a@x> -> <b@x>, Queue-ID: D08FF538054, Message-ID: <${words}>, ${TAIL}`,
		holds: ["messageId"],
	},
	"the name of a banned part": {
		program: "amavis",
		line: (words) =>
			`(00178-01) Blocked BANNED (application/zip,${words}) {DiscardedInbound,Quarantined}, [192.0.2.7]:59517 <a@x> -> <b@x>, ${KEPT}, 95 ms`,
		holds: ["reason"],
	},
	"the subject in the long template": {
		program: "amavis",
		line: (words) =>
			`(00178-01) Blocked SPAM {RejectedInbound,Quarantined}, [192.0.2.7]:59517 [192.0.2.7] ESMTP/ESMTP <a@x> -> <b@x>, (ESMTP://[192.0.2.7]:59517), ${KEPT}, Subject: "${words}", From: <a@x>, helo=h.example, Tests: [GTUBE=1000], autolearn=no autolearn_force=no, 1042 ms`,
		holds: [],
	},
};

describe("a stranger's words in a line of amavis change no other field", () => {
	it.each(Object.entries(PLACES))("%s", (_name, place) => expectHarmless(place));
});
