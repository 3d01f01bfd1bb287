import { expect, test } from "vitest";
import { en } from "../../messages/en.ts";
import { commands, narrow } from "./commands.ts";

const all = commands({
	t: en,
	recent: ["status:failed since:today", "to:@icloud.com"],
	saved: ["to:@icloud.com"],
	hidden: new Set(["audit"]),
	hosts: ["edge", "relay1"],
});

test("pages that are not there are not offered, a saved search is not also a recent one", () => {
	expect(all.some((command) => command.id === "page-audit")).toBe(false);
	expect(all.filter((command) => command.text === "to:@icloud.com")).toHaveLength(1);
});

test("a host's raw lines are a command, for whom they are open", () => {
	expect(narrow(all, "raw edge").map((command) => command.does)).toEqual([{ href: "/lines/edge" }]);
	const sources = { t: en, recent: [], saved: [], hosts: ["edge"] };
	expect(narrow(commands({ ...sources, hidden: new Set(["lines"] as const) }), "raw edge")).toEqual([]);
});

test("words in any order narrow; what begins so comes first", () => {
	expect(narrow(all, "live")[0]?.id).toBe("page-live");
	expect(narrow(all, "today failed").map((command) => command.text)).toEqual(["status:failed since:today"]);
	expect(narrow(all, "nothing of the kind")).toEqual([]);
});
