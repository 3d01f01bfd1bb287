/** One TCP connection with its outcome, and whether a host answers at all where the port is silent. */
import { execFile } from "node:child_process";
import { connect, isIPv6, type Socket } from "node:net";

export type ConnectOutcome =
	| { connected: Socket }
	| { failed: "refused" | "timeout" | "no-route" | "other"; error: string };

/** Connects; the caller ends the socket. Never throws. */
export function connectTo(address: string, port: number, timeoutMs: number): Promise<ConnectOutcome> {
	return new Promise((resolve) => {
		const socket = connect({ host: address, port });
		const timer = setTimeout(() => {
			socket.destroy();
			resolve({ failed: "timeout", error: "ETIMEDOUT" });
		}, timeoutMs);
		socket.once("connect", () => {
			clearTimeout(timer);
			socket.removeAllListeners("error");
			// Whoever speaks on this socket hears of its end by `close`.
			socket.on("error", () => socket.destroy());
			resolve({ connected: socket });
		});
		socket.once("error", (error: NodeJS.ErrnoException) => {
			clearTimeout(timer);
			socket.destroy();
			resolve({ failed: failureOf(error.code), error: error.code ?? error.message });
		});
	});
}

function failureOf(code: string | undefined): "refused" | "timeout" | "no-route" | "other" {
	switch (code) {
		case "ECONNREFUSED":
		case "ECONNRESET":
			return "refused";
		case "ETIMEDOUT":
			return "timeout";
		case "EHOSTUNREACH":
		case "ENETUNREACH":
		case "EADDRNOTAVAIL":
		case "EAFNOSUPPORT":
		case "EINVAL":
			return "no-route";
		default:
			return "other";
	}
}

/** ports on which a host that is up usually answers something */
export const OTHER_PORTS = [443, 80, 25, 587, 465];
const OTHER_TIMEOUT_MS = 2_000;

/** How the host showed that it is there (`ping`, `port 443`), or `undefined`: it showed nothing. */
export async function signOfLife(address: string, port: number): Promise<string | undefined> {
	const others = OTHER_PORTS.filter((each) => each !== port);
	const signs = await Promise.all([
		ping(address),
		...others.map(async (other) => {
			const outcome = await connectTo(address, other, OTHER_TIMEOUT_MS);
			if ("connected" in outcome) outcome.connected.destroy();
			return "connected" in outcome || outcome.failed === "refused" ? `port ${other}` : undefined;
		}),
	]);
	return signs.find((sign) => sign !== undefined);
}

/** The system's own program: ICMP needs rights that this process does not have. Missing: no sign. */
function ping(address: string): Promise<string | undefined> {
	const args = [...(isIPv6(address) ? ["-6"] : []), "-n", "-c", "1", "-W", "2", address];
	return new Promise((resolve) => {
		execFile("ping", args, { timeout: 3_000 }, (error) => resolve(error ? undefined : "ping"));
	});
}
