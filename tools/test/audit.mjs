/**
 * Known weaknesses of what the product is built from (`pnpm audit --prod`). Where the registry cannot be asked, or has no such
 * service, that is a remark and no failure: the tests must run without a network.
 */
import { capture } from "../setup/step.mjs";

/** as JSON, a finding has its advisories; everything else that ends badly is a registry that did not answer */
const FOUND = /"(?:advisories|vulnerabilities)"\s*:/;

/** @returns {Promise<{ verdict: "clean" | "weak" | "unknown", output: string }>} */
export async function auditDependencies(chain, inRoot) {
	const args = ["audit", "--prod", "--audit-level", "high", "--json"];
	return readAudit(await capture(chain.pnpm, args, inRoot));
}

/** @param {{ code: number, output: string }} ended */
export function readAudit({ code, output }) {
	if (code === 0) return { verdict: "clean", output };
	return { verdict: FOUND.test(output) ? "weak" : "unknown", output };
}
