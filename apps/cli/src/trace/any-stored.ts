/** Whether a mail store on the same host logged anything for one of these users: then its lines and the MTA's belong together. */
import type { UnnamedStore } from "@mailtrail/core/trace";
import { BlockSearch } from "./block-search.ts";
import type { HostFile } from "./host-file.ts";

export async function anyStored(
	files: readonly HostFile[],
	deliveries: readonly UnnamedStore[],
): Promise<boolean> {
	const users = Map.groupBy(deliveries, ({ host }) => host);
	for (const file of files) {
		const names = new Set((users.get(file.host) ?? []).map(({ recipient }) => userOf(recipient)));
		if (names.size > 0 && (await hasStored(file, names))) return true;
	}
	return false;
}

async function hasStored(file: HostFile, names: ReadonlySet<string>): Promise<boolean> {
	if (names.has("")) return true;
	const search = new BlockSearch();
	for (const text of names) search.add({ text, sort: "id" });
	let stored = false;
	await file.blocks.read(
		(block) => {
			search.search(block, ({ start, end }) => {
				if (!stored && block.parse(start, end).kind === "stored") stored = true;
			});
			return !stored;
		},
		({ kind }) => {
			if (kind === "stored") stored = true;
		},
	);
	return stored;
}

/** As in both names of the user: without domain and without the folder behind a plus. */
function userOf(recipient: string): string {
	const at = recipient.lastIndexOf("@");
	const local = at < 0 ? recipient : recipient.slice(0, at);
	const plus = local.indexOf("+");
	return (plus > 0 ? local.slice(0, plus) : local).toLowerCase();
}
