import { describe, expect, it } from "vitest";
import { readRemoteId } from "./remote-id.ts";

describe("readRemoteId", () => {
	it.each([
		["Ok: queued as D08FF538054", { nextQueueId: "D08FF538054" }],
		["Ok: 1594 bytes queued as 4jXCqM3LPmznF8x", { nextQueueId: "4jXCqM3LPmznF8x" }],
		["OK id=1xUxQK-000012-1g", { nextQueueId: "1xUxQK-000012-1g" }],
		["OK id=1rB8Xy-00000001abc-2XyZ", { nextQueueId: "1rB8Xy-00000001abc-2XyZ" }],
		["6AM2bBcr001323 Message accepted for delivery", { nextQueueId: "6AM2bBcr001323" }],
		["8cfd04b6 Message accepted for delivery", { nextQueueId: "8cfd04b6" }],
		["from MTA(smtp:[127.0.1.2]:10025): 250 2.0.0 Ok: queued as 6F88E5380B1", { nextQueueId: "6F88E5380B1" }],
		["Ok, discarded, id=00180-01 - BANNED: setup.exe", { remoteId: "00180-01", discarded: true }],
		[
			"Ok <u1@a.example>, DSN was sent (554 5.7.0 Bounce, id=00089-07 - BANNED: setup.exe)",
			{ remoteId: "00089-07", returned: true },
		],
		["Ok <u1@a.example>, DSN suppressed (550 5.1.1 No such user)", { returned: true }],
		[
			"Ok <u1@a.example>, DSN suppressed_2 (554 5.7.0 Reject, id=1-2 - spam)",
			{ returned: true, remoteId: "1-2" },
		],
		["Ok <u1@a.example>, DSN was sent (250 2.0.0 Ok: queued as D08FF538054)", {}],
		["<u17@a.example> KEHEHfNUAmuqAAAAZN5P0Q Saved", { remoteId: "KEHEHfNUAmuqAAAAZN5P0Q" }],
		["OK  1700000000 a1-20020a056e02si123qvb.45 - gsmtp", { remoteId: "a1-20020a056e02si123qvb.45" }],
		["<x@y> [InternalId=13198943325, Hostname=AB] Queued mail for delivery", { remoteId: "13198943325" }],
		["Ok: queued as Ab_c-12", { remoteId: "Ab_c-12" }],
		["ok 1108907778 qp 18309", { remoteId: "1108907778 qp 18309" }],
		["message received", {}],
		["I queued as D08FF538054 once", {}],
	])("%s", (text, id) => {
		expect(readRemoteId(text)).toEqual(id);
	});

	it.each([
		"<u17@a.example> KEHEHfNUAmuqAAAAZN5P0Q Saved",
		"OK  1700000000 a1-20020a056e02si123qvb.45 - gsmtp",
		"<x@y> [InternalId=13198943325, Hostname=AB] Queued mail for delivery",
		"Ok SESSIONID=<cyrus-1-2>",
		"ok:  Message 40279894 accepted",
		"ok 1108907778 qp 18309",
		"Ok 0102018c0102018c-0a1b2c3d-0102018c0102-000000",
	])("no id stands elsewhere in a reply: %s", (text) => {
		expect(readRemoteId(text).remoteId).toBeDefined();
		expect(readRemoteId(`They said ${text}`)).toEqual({});
	});
});
