/** Hosts of which a log has stopped being written: what they would have told is missing from every journey over them. */
import type { HostAnswer } from "@mailtrail/core/wire";

export function silentHosts(hosts: readonly HostAnswer[]): string[] {
	return hosts.filter(({ sources }) => sources.some(({ stall }) => stall)).map(({ host }) => host);
}
