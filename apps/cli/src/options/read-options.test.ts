import { expect, test } from "vitest";
import { BadUse } from "../failure.ts";
import { readNow, readZones } from "./log-options.ts";
import { type CommandSpec, readOptions } from "./read-options.ts";

const SPEC: CommandSpec = {
	usage: "x",
	about: "x",
	options: { tz: { value: "ZONE", help: "" }, now: { value: "ISO", help: "" }, json: { help: "" } },
	examples: [],
};
const read = (...args: string[]) => readOptions(SPEC, args)!;

test("options stand anywhere, with a blank or an equals sign; after -- all are words", () => {
	const options = read("a", "--tz", "UTC", "--json", "--tz=mx=Asia/Tokyo", "--", "--json-like");
	expect(options.words).toEqual(["a", "--json-like"]);
	expect(options.values("tz")).toEqual(["UTC", "mx=Asia/Tokyo"]);
	expect(options.flag("json")).toBe(true);
});

test("an unknown option names the nearest one", () => {
	expect(() => read("--jsno")).toThrow(/did you mean --json/);
	expect(() => read("--tz")).toThrow(/needs a value/);
	expect(() => read("--json=1")).toThrow(/takes no value/);
});

test("a word that starts with one dash is a word: -status:failed excludes", () => {
	expect(read("-status:failed").words).toEqual(["-status:failed"]);
});

test("zones by host, and values that are none", () => {
	const zones = readZones(read("--tz", "UTC", "--tz", "mx=Asia/Tokyo"));
	expect([zones.of("mx"), zones.of("other")]).toEqual(["Asia/Tokyo", "UTC"]);
	expect(() => readZones(read("--tz", "Asia/Tokio"))).toThrow(BadUse);
	expect(() => readNow(read("--now", "yesterday"))).toThrow(BadUse);
	expect(readNow(read("--now", "2026-01-31T18:00:00+09:00"))).toBe(Date.UTC(2026, 0, 31, 9));
});
