/** What the end of `pnpm audit` means: a finding fails, a registry that does not answer is said and no more. */
import { expect, test } from "vitest";
import { readAudit } from "./audit.mjs";

test("an audit without findings is clean", () => {
	expect(readAudit({ code: 0, output: '{"advisories": {}, "metadata": {}}' }).verdict).toBe("clean");
});

test("a finding fails", () => {
	const output = '{"advisories": {"1": {"severity": "high", "module_name": "x"}}, "metadata": {}}';
	expect(readAudit({ code: 1, output }).verdict).toBe("weak");
});

test("a registry that does not answer is no finding", () => {
	const refused = "Error: ERR_PNPM_AUDIT_BAD_RESPONSE\n\n× The audit endpoint responded with 405:";
	expect(readAudit({ code: 1, output: refused }).verdict).toBe("unknown");
	expect(readAudit({ code: 1, output: "getaddrinfo ENOTFOUND registry.npmjs.org" }).verdict).toBe("unknown");
});
