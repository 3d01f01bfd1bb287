import { expect, test } from "vitest";
import { joinBroken } from "./join-broken.ts";

function join(lines: string[]): [number, string, string][] {
	const events: [number, string, string][] = [];
	const joiner = joinBroken({ zone: "UTC", now: Date.UTC(2026, 0, 1) }, (event, number) =>
		events.push([number, event.kind, event.raw]),
	);
	lines.forEach((line, index) => {
		joiner.line(line, index + 1);
	});
	joiner.end();
	return events;
}

const HEAD = "Dec  5 18:38:12 tu8 postfix/smtp[84479]: 8B84D8D1CF: ";

test("a line broken in two is one event under the number of its first piece", () => {
	const first = `${HEAD}to=<a@example.net>, relay=mail.example.net[203.0.113.112]:25, delay=0.47, delays=0.16/0.05`;
	const rest = "/0.09/0.17, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as EEC702AAC0E)";
	expect(join([first, rest, `${HEAD}removed`])).toEqual([
		[1, "delivery", first + rest],
		[3, "removed", `${HEAD}removed`],
	]);
});

test("a line that is whole takes nothing on", () => {
	expect(join([`${HEAD}removed`, "~"]).map(([number, kind]) => [number, kind])).toEqual([
		[1, "removed"],
		[2, "unparsed"],
	]);
});
