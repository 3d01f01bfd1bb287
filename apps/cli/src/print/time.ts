/** Times and lengths of time for people, in the zone asked for. */

/** `2026-01-31 18:38:12` */
export function localTime(iso: string, zone: string): string {
	const at = new Date(iso);
	if (Number.isNaN(at.getTime())) return iso;
	// the tables of zones and languages take longer to load than a short log to read
	const year = at.getUTCFullYear();
	if (zone === "UTC" && year >= 1000 && year <= 9999) return at.toISOString().slice(0, 19).replace("T", " ");
	const parts = new Intl.DateTimeFormat("sv-SE", {
		timeZone: zone,
		dateStyle: "short",
		timeStyle: "medium",
	}).format(at);
	return parts;
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h` */
export function duration(seconds: number): string {
	if (seconds < 10) return `${seconds.toFixed(1)} s`;
	if (seconds < 60) return `${Math.round(seconds)} s`;
	const units: [number, string][] = [
		[86_400, "d"],
		[3_600, "h"],
		[60, "min"],
		[1, "s"],
	];
	const whole = Math.round(seconds);
	const first = units.findIndex(([length]) => whole >= length);
	const shown = units.slice(first, first + 2).map(([length, unit], index) => {
		const rest = index === 0 ? whole : whole % (units[first]?.[0] ?? 1);
		return [Math.floor(rest / length), unit] as const;
	});
	return shown
		.filter(([count]) => count > 0)
		.map(([count, unit]) => `${count} ${unit}`)
		.join(" ");
}
