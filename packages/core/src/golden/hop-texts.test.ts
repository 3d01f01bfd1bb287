import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listCases } from "./cases.ts";
import { type Hop, joinHops } from "../trace/index.ts";
import { fold, located } from "../trace/tracing.testing.ts";
import { queryPieces, saysAll, textsOfHop } from "../query/hop-texts.ts";
import { parseQuery } from "../query/language.ts";
import { viewJourney } from "../query/view.ts";

const SAMPLES = new URL("../../../../samples/relay-chain/", import.meta.url);
const sampleHosts = readdirSync(SAMPLES).filter((name) => statSync(new URL(name, SAMPLES)).isDirectory());
const fleet = sampleHosts.flatMap((host) =>
	located(host, readFileSync(new URL(`${host}/mail.log`, SAMPLES), "utf8")),
);
const logs: [string, Hop[]][] = [
	["eight hosts", fold(fleet)],
	...listCases()
		.filter(({ folder }) => existsSync(join(folder, "input.log")))
		.map(({ name, folder }): [string, Hop[]] => [
			name,
			fold(located("mx", readFileSync(join(folder, "input.log"), "utf8"))),
		]),
];

describe("a text that a search finds in a journey is one of a hop's", () => {
	it.each(logs)("%s", (_, hops) => {
		const said = new Set(hops.flatMap(textsOfHop));
		for (const journey of joinHops(hops)) {
			const view = viewJourney(journey);
			for (const text of [...view.texts, ...view.names]) expectSaid(said, text);
			for (const recipient of view.recipients) {
				// what a recipient came to is told by the journey, and not looked for in hops
				const told = [recipient.outcome, "", ...recipient.causes];
				for (const text of recipient.texts) if (!told.includes(text)) expectSaid(said, text);
			}
		}
	});
});

function expectSaid(said: ReadonlySet<string>, text: string): void {
	const lower = text.toLowerCase();
	if (text !== "" && !said.has(lower))
		expect([...said].filter((each) => each.includes(lower))).not.toEqual([]);
}

describe("pieces of a query", () => {
	const pieces = (text: string) =>
		queryPieces(
			parseQuery(text, { now: Date.parse("2026-03-02T12:00:00Z"), zone: "UTC", lang: "en" }),
			(piece) => piece === "mailbox",
		);

	it("are what must stand in a message as it is written", () => {
		expect(pieces('text:"Over Quota" from:*@News.example')).toEqual([["over quota"], ["@news.example"]]);
		expect(pieces("from:apache* ip:192.0.2.7 id:<abc*def@x>")).toEqual([
			["apache"],
			["192.0.2.7"],
			["abc", "def@x"],
		]);
	});

	it("are none of what is excluded, too short, a range, or told by no hop", () => {
		expect(pieces("-text:spam text:ab ip:192.0.2.0/24 text:mailbox status:failed size:>1M")).toEqual([]);
	});

	it("stand in one text of the hop together", () => {
		const [hop] = fold(fleet);
		if (!hop) throw new Error("no hop");
		const [text = ""] = textsOfHop(hop).filter((each) => each.length > 8);
		expect(saysAll(hop, [text.slice(0, 3), text.slice(-3)])).toBe(true);
		expect(saysAll(hop, [text, "no log says this"])).toBe(false);
	});
});
