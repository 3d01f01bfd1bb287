/** Where one shape ends and another, or none, begins. */
import { describe, expect, it } from "vitest";
import { parseMessage } from "../parse-line.ts";

const fields = (daemon: string, message: string) => {
	const { mta, instance, daemon: _, ...rest } = parseMessage(`postfix/${daemon}`, message);
	return rest;
};

describe("edges of shapes", () => {
	it.each([
		["qmgr", "8B84D8D1CF: from=<a@b.example> and more"],
		["pickup", "8B84D8D1CF: uid=0 to=<root>"],
		["smtp", "8B84D8D1CF: to=<a@b.example"],
		["cleanup", "8B84D8D1CF: removed (lost)"],
		["bounce", "8B84D8D1CF: sender notification: 8B84D8D1D0"],
		["smtp", "8B84D8D1CF: lost connection with mx"],
		["smtp", "TLSRPT: status=unknown, domain=b.example, receiving_mx=mx[192.0.2.1]"],
	])("%s: %s is of no known shape", (daemon, message) => {
		expect(fields(daemon, message).kind).toBe("unparsed");
	});

	it("reads a refused ETRN, a warning or none", () => {
		const refused = {
			kind: "reject",
			verb: "reject",
			stage: "ETRN",
			client: { name: "mx", ip: "192.0.2.1" },
		};
		expect(fields("smtpd", "reject: ETRN b.example... from mx[192.0.2.1]")).toEqual(refused);
		expect(fields("smtpd", "warning: reject: ETRN b.example... from mx[192.0.2.1]")).toEqual(refused);
	});

	it("takes an id only with a colon and a space behind it", () => {
		expect(fields("qmgr", "8B84D8D1CF:removed")).toEqual({ kind: "unparsed" });
		expect(fields("qmgr", "8B84D8D1CF removed")).toEqual({ kind: "unparsed" });
	});

	it("reads an address with a bracket inside, as Postfix logged it before 3.5", () => {
		const line = "8B84D8D1CF: to=<a>b@c.example>, relay=none, delay=1, dsn=5.0.0, status=bounced (no)";
		expect(fields("smtp", line)).toMatchObject({ recipients: ["a>b@c.example"], status: "bounced" });
	});

	it("reads no origin from the text behind a header check's fields", () => {
		const line =
			"8B84D8D1CF: warning: header Subject: hi from mx[192.0.2.1]; from=<a@b.example> helo=<mx>: not from local; from=<f@f.example> as it says";
		expect(fields("cleanup", line)).toMatchObject({
			header: { name: "Subject", value: "hi" },
			client: { name: "mx", ip: "192.0.2.1" },
			sender: "a@b.example",
			text: "not from local; from=<f@f.example> as it says",
		});
	});

	it.each([
		"client TLS configuration problem",
		"unexpected server message",
		"Server configuration error",
		"server configuration error",
		"network address conversion failed: No such file",
		"Temporary lookup error",
		"TLSA lookup error for mx.b.example:25",
		"TLSA records unusable",
		"no TLSA records found",
		"non DNSSEC destination",
		"unreadable mail queue entry",
	])("smtp(8) tried: %s", (reason) => {
		expect(fields("smtp", `8B84D8D1CF: ${reason}`)).toMatchObject({ kind: "attempt", reason });
	});

	it.each([
		"daemon started -- version 3.10.13, configuration /etc/postfix",
		"reload -- version 3.10.13, configuration /etc/postfix",
		"terminating on signal 15",
		"starting the Postfix mail system",
		"stopping the Postfix mail system",
		"refreshing the Postfix mail system",
		"aborting the Postfix mail system",
		"waiting for the Postfix mail system to terminate",
		"the Postfix mail system is not running",
		"table hash:/etc/aliases(0,lock|fold_fix) has changed -- restarting",
		"cache btree:/var/lib/postfix/verify_cache full cleanup: retained=1 dropped=0 entries",
		"entering STRESS mode with 90 connections",
		"leaving STRESS mode with 60 connections",
		"Postfix is using backwards-compatible default settings",
		'To disable backwards compatibility use "postconf compatibility_level=3.6" and "postfix reload"',
		"See https://www.postfix.org/COMPATIBILITY_README.html for details",
		'using backwards-compatible default setting append_dot_mydomain=yes to rewrite "a" to "a.b.example"',
	])("a daemon's status: %s", (text) => {
		expect(fields("master", text)).toMatchObject({ kind: "status", text });
	});
});
