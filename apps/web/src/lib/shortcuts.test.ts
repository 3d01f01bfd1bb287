import { expect, test, vi } from "vitest";
import { Shortcuts } from "./shortcuts.ts";

vi.stubGlobal("HTMLElement", class {});
const key = (name: string, more: object = {}) => ({
	key: name,
	ctrlKey: false,
	metaKey: false,
	altKey: false,
	target: null,
	...more,
});

test("g and a letter within the moment goes to a page; later, or another letter, it is nothing", () => {
	const went: string[] = [];
	const done = () => went.push("sheet");
	const keys = new Shortcuts({
		goTo: (page) => went.push(page),
		palette: done,
		keys: done,
		undo: () => false,
	});
	expect([keys.press(key("g"), 0), keys.press(key("l"), 500)]).toEqual([true, true]);
	expect([keys.press(key("g"), 1000), keys.press(key("l"), 3000)]).toEqual([true, false]);
	expect([keys.press(key("g"), 4000), keys.press(key("x"), 4100), keys.press(key("l"), 4200)]).toEqual([
		true,
		false,
		false,
	]);
	expect(went).toEqual(["live"]);
});

test("Ctrl+K and Cmd+K open the commands, also from a field; ? the sheet; Ctrl+Z undoes", () => {
	const opened: string[] = [];
	const keys = new Shortcuts({
		goTo: () => undefined,
		palette: () => opened.push("palette"),
		keys: () => opened.push("keys"),
		undo: () => opened.push("undo") > 0,
	});
	keys.press(key("k", { ctrlKey: true }), 0);
	keys.press(key("K", { metaKey: true }), 0);
	keys.press(key("?"), 0);
	expect(keys.press(key("k"), 0)).toBe(false);
	expect(keys.press(key("z", { ctrlKey: true }), 0)).toBe(true);
	expect(opened).toEqual(["palette", "palette", "keys", "undo"]);
});
