/** All events of some queue keys, out of logs that can be read again. */
import { isSessionKey, type LocatedEvent, queueKeys } from "@mailtrail/core/trace";
import { BlockSearch } from "./block-search.ts";
import type { HostFile } from "./host-file.ts";
import type { MailEvent } from "@mailtrail/core/event";

export async function eventsOfKeys(
	files: readonly HostFile[],
	keys: ReadonlySet<string>,
): Promise<Map<string, LocatedEvent[]>> {
	const found = new Map<string, LocatedEvent[]>();
	if (keys.size === 0) return found;
	const search = new BlockSearch();
	for (const key of keys) {
		if (isSessionKey(key)) throw new Error(`${key}: sessions are not read again`);
		search.add({ text: key.slice(key.indexOf(" ") + 1), sort: "id" });
	}
	for (const file of files) {
		if (file.once) continue;
		const take = (parsed: MailEvent, number: number): void => {
			const event = { ...file.bare, ...parsed };
			for (const key of queueKeys(file.host, event)) {
				if (!keys.has(key)) continue;
				const ref = `${file.host}:${file.blocks.file}:${number}`;
				const located = {
					host: file.host,
					ref,
					...(file.generation !== undefined && { generation: file.generation }),
					order: file.order() + number,
					event,
				};
				const events = found.get(key);
				if (events) events.push(located);
				else found.set(key, [located]);
			}
		};
		await file.blocks.read((block) => {
			search.search(file.host, block, (line) =>
				take(block.parse(line.start, line.end), block.numberOf(line)),
			);
			return true;
		}, take);
	}
	return found;
}
