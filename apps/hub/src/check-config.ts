/** `mailtrail-hub check-config`: whether a hub with these settings would run, and what they are, secrets left out. */
import { accessSync, constants, existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { HubSettings } from "./config-schema.ts";
import { readTls } from "./http/tls.ts";

/** What stands in the way, in words; none: it would run. */
export function faultsOf(settings: HubSettings, now: number): string[] {
	const faults: string[] = [];
	const { data, tls_cert: cert, tls_key: key, web } = settings;
	const place = nearestExisting(resolve(data));
	try {
		accessSync(place, constants.W_OK | constants.X_OK);
	} catch {
		faults.push(`data: ${place} cannot be written by this user`);
	}
	if (cert !== undefined && key !== undefined) {
		try {
			const { endsAt } = readTls({ cert, key });
			if (endsAt <= now) faults.push(`tls_cert: the certificate ended ${new Date(endsAt).toISOString()}`);
		} catch (error) {
			faults.push(error instanceof Error ? error.message : String(error));
		}
	}
	if (web !== undefined && !existsSync(resolve(web, "index.html"))) {
		faults.push(`web: ${web} has no index.html; build the page, or leave the setting out`);
	}
	return faults;
}

export function describeSettings(settings: HubSettings): string {
	const shown = Object.entries(settings).map(([name, value]) => {
		const safe = name === "smtp_url" ? String(value).replace(/\/\/[^@/]*@/, "//…@") : value;
		return `${name} = ${JSON.stringify(safe)}`;
	});
	return `${shown.join("\n")}\n`;
}

function nearestExisting(path: string): string {
	return existsSync(path) ? path : nearestExisting(dirname(path));
}
