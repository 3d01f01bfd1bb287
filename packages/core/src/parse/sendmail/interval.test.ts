import { expect, it } from "vitest";
import { readInterval } from "./interval.ts";

it.each([
	["00:01:02", 62],
	["1+02:03:04", 93_784],
	["00:00:00", 0],
	["1:2:3", undefined],
	["soon", undefined],
])("reads %s as %s seconds", (text, seconds) => {
	expect(readInterval(text)).toBe(seconds);
});
