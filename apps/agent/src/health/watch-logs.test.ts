import { expect, it } from "vitest";
import { takesTestLines } from "./watch-logs.ts";

it("sends test lines only where they arrive when all is well", () => {
	expect(takesTestLines("/var/log/mail.log", "auto", [])).toBe(true);
	expect(takesTestLines("/var/log/maillog", "auto", [])).toBe(true);
	// written by postlogd(8), whatever its name
	expect(takesTestLines("/var/log/maillog", "auto", ["/var/log/maillog"])).toBe(false);
	// one program's lines only, by a rule of syslog's
	expect(takesTestLines("/var/log/postfix.log", "auto", [])).toBe(false);
	expect(takesTestLines("/var/log/exim4/mainlog", "auto", [])).toBe(false);
});

it("believes an administrator who names the program, and sends none where it is empty", () => {
	expect(takesTestLines("/srv/log/mail.log", "/usr/bin/logger", [])).toBe(true);
	expect(takesTestLines("/srv/log/dovecot.log", "/usr/bin/logger", [])).toBe(false);
	expect(takesTestLines("/var/log/mail.log", "", [])).toBe(false);
});
