import { expect, test } from "vitest";
import { readUserAgent } from "./user-agent.ts";

test("browsers are told by their own name, not by those that they also bear", () => {
	for (const [text, browser, system] of [
		["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"],
		[
			"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
			"Edge",
			"Windows",
		],
		[
			"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
			"Safari",
			"iPhone",
		],
		[
			"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
			"Samsung Internet",
			"Android",
		],
		[
			"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
			"Safari",
			"macOS",
		],
	] as const)
		expect(readUserAgent(text)).toEqual({ browser, system });
});

test("what is no browser is told by its first word, and nothing by nothing", () => {
	expect(readUserAgent("curl/8.14.1")).toEqual({ browser: "curl" });
	expect(readUserAgent("")).toEqual({ browser: "" });
});
