/**
 * What a browser calls itself, as people call it: `Firefox on Linux`. The strings are full of other browsers' names, so the first of
 * these that is found counts. What is not known is told by its first word (`curl`), for scripts sign in too.
 */
const BROWSERS: readonly [sign: string, name: string][] = [
	["Edg", "Edge"],
	["OPR/", "Opera"],
	["SamsungBrowser/", "Samsung Internet"],
	["Vivaldi/", "Vivaldi"],
	["Firefox/", "Firefox"],
	["FxiOS/", "Firefox"],
	["HeadlessChrome/", "Headless Chrome"],
	["CriOS/", "Chrome"],
	["Chrome/", "Chrome"],
	["Safari/", "Safari"],
];
const SYSTEMS: readonly [sign: string, name: string][] = [
	["Windows", "Windows"],
	["Android", "Android"],
	["iPhone", "iPhone"],
	["iPad", "iPad"],
	["CrOS", "ChromeOS"],
	["Macintosh", "macOS"],
	["Linux", "Linux"],
	["FreeBSD", "FreeBSD"],
	["OpenBSD", "OpenBSD"],
];

export interface Device {
	browser: string;
	system?: string;
}

export function readUserAgent(text: string): Device {
	const found = (signs: readonly [string, string][]) => signs.find(([sign]) => text.includes(sign))?.[1];
	const system = found(SYSTEMS);
	return {
		browser: found(BROWSERS) ?? /^[\w .-]{1,40}/.exec(text)?.[0] ?? "",
		...(system !== undefined && { system }),
	};
}
