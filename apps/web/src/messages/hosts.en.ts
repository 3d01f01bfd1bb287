/** Words of what a hub may ask a host for, and of the lines of its log that were not understood. English; the Japanese ones have the same shape. */
import type { Permission } from "@mailtrail/core/wire";

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);

export const hostsEn = {
	hostMay: {
		label: "May be asked for",
		nothing: "may be asked for nothing",
		names: {
			check: "reach tests",
			queue: "its queue",
			spool: "bounces in its mailboxes",
			testmail: "test messages",
		} as Record<Permission, string>,
		decides: "The host's own agent.toml decides (allow = …)",
		checkFrom: "test from here",
		checkFromTitle: (host: string) => `Test from ${host} whether it reaches a mail host`,
	},
	hostAway: {
		title: (host: string) => `The agent of ${host} does not connect`,
		steps: [
			"On the host, `systemctl status mailtrail-agent` tells whether it runs, and `mailtrail-agent status` which hub it looks for and how far it is.",
			"`journalctl -u mailtrail-agent -n 30` tells why not: a name that is not found, a port that is closed on the way, a certificate that has changed.",
			"Nothing is lost as long as the host keeps its logs: the agent goes on where this hub stopped.",
		],
	},
	notUnderstood: {
		show: (n: string, host: string) => `${n} lines of ${host} not understood: show samples`,
		label: (host: string) => `Lines of ${host} that were not understood, one of each shape`,
		lead: "Kept and searchable, but no event was read from them. The newest of each shape:",
		times: (n: string) => `${n} ×`,
		of: (n: number, text: string) => `Among the newest ${text} ${plural(n, "line", "lines")} of the kind.`,
		all: "All of them",
		none: "None among the lines that are still kept.",
		failed: "The samples could not be fetched.",
	},
};

export type HostsTexts = typeof hostsEn;
