/**
 * Records what the pflogsumm of this machine prints for every case: `node src/summary/pflogsumm/record.testing.ts`. Where it is not
 * installed (Debian: apt install pflogsumm) the recordings stay as they are.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { headline, listCases, RECORDED } from "./cases.testing.ts";

const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
const run = (args: string[]): string => {
	try {
		return execFileSync("pflogsumm", args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
	} catch {
		console.error("pflogsumm does not run here; install it to record again");
		process.exit(1);
	}
};

const version = run(["--version"]).trim();
mkdirSync(RECORDED, { recursive: true });
for (const { name, log, report } of listCases()) {
	writeFileSync(report, `${headline(log, version)}\n${run([log])}`);
	console.log(name);
}
