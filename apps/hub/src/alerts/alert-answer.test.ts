/** What the page learns of a channel: never the password that its address carries. */
import { expect, it } from "vitest";
import { channelAnswer } from "./alert-answer.ts";

it("an address is told without its user and password, whatever signs these hold", () => {
	for (const [url, seen] of [
		["https://hook.example/a?b=c@d", "https://hook.example/a?b=c@d"],
		["https://user:secret@hook.example/a", "https://…@hook.example/a"],
		["https://user:sec@ret@hook.example/a", "https://…@hook.example/a"],
		["https://:sec@ret@hook.example:8443/a", "https://…@hook.example:8443/a"],
	]) {
		const channel = { id: "1", kind: "webhook", name: "hook", url: url ?? "" } as const;
		expect(channelAnswer(channel)).toMatchObject({ url: seen });
	}
});
