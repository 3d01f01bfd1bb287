/** The mail logs of this machine that can be followed: files that are there, not empty and readable; else the journal. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";

const PLACES = ["/var/log/mail.log", "/var/log/maillog", "/var/log/exim4/mainlog", "/var/log/exim/main.log"];

/** @returns {string[]} paths, or `journal`: the names that the agent takes */
export function findMailLogs(places = PLACES, journalctl = "journalctl") {
	const files = places.filter((path) => {
		try {
			accessSync(path, constants.R_OK);
			return statSync(path).size > 0;
		} catch {
			return false;
		}
	});
	if (files.length > 0) return files;
	return journalHasMail(journalctl) ? ["journal"] : [];
}

function journalHasMail(journalctl) {
	// facility 2 is mail (RFC 5424, table 1)
	const args = ["--quiet", "--no-pager", "--lines=1", "SYSLOG_FACILITY=2"];
	const { status, stdout } = spawnSync(journalctl, args, { timeout: 5_000, encoding: "utf8" });
	return status === 0 && stdout.trim() !== "";
}
