/** `node packaging/write-texts.ts`: writes the settings file and the manual page that the repository keeps. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { manualPage } from "./manual-page.ts";
import { MANUAL_FILE, SETTINGS_FILE } from "./package-files.ts";
import { settingsFile } from "./settings-text.ts";

for (const [path, text] of [
	[SETTINGS_FILE, settingsFile()],
	[MANUAL_FILE, manualPage()],
] as const) {
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, text);
}
