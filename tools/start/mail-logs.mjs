/** The mail logs of this machine that can be followed: files that are there, not empty and readable. */
import { accessSync, constants, statSync } from "node:fs";

const PLACES = ["/var/log/mail.log", "/var/log/maillog", "/var/log/exim4/mainlog", "/var/log/exim/main.log"];

/** @returns {string[]} */
export function findMailLogs(places = PLACES) {
	return places.filter((path) => {
		try {
			accessSync(path, constants.R_OK);
			return statSync(path).size > 0;
		} catch {
			return false;
		}
	});
}
