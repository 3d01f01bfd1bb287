/** Which of these users a mail store on the same host logged anything for: then its lines and the MTA's belong together. */
import type { MailEvent } from "@mailtrail/core/event";
import type { Person } from "@mailtrail/core/trace";
import { BlockSearch } from "./block-search.ts";
import type { HostFile } from "./host-file.ts";

export async function storedUsers(
	files: readonly HostFile[],
	users: readonly Person[],
): Promise<readonly Person[]> {
	const left = new Set(users);
	for (const file of files) {
		const own = [...left].filter(({ host }) => host === file.host);
		if (own.length > 0) for (const user of await storedIn(file, own)) left.delete(user);
	}
	return users.filter((user) => !left.has(user));
}

async function storedIn(file: HostFile, users: readonly Person[]): Promise<Set<Person>> {
	const search = new BlockSearch();
	for (const { text } of users) if (text !== "") search.add({ texts: [text], sort: "id" });
	const stored = new Set<Person>();
	const take = (event: MailEvent): void => {
		if (event.kind !== "stored") return;
		const line = event.raw.toLowerCase();
		// whose name is empty may be anybody
		for (const user of users) if (line.includes(user.text) || /[^ -~]/.test(user.text)) stored.add(user);
	};
	await file.blocks.read((block) => {
		search.search(file.host, block, ({ start, end }) => take(block.parse(start, end)));
		return stored.size < users.length;
	}, take);
	return stored;
}
