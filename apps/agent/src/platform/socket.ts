/** What the uplink needs of a WebSocket, whichever runtime makes it. */
import type { HubAddress } from "../hub-address.ts";

export interface HubSocket {
	send(text: string): void;
	ping(): void;
	/** says good-bye */
	close(code: number): void;
	/** breaks the connection */
	terminate(): void;
}

export interface SocketEvents {
	message(text: string): void;
	/** the other side gave a sign of life */
	alive(): void;
	/** once, at the end, and `why` */
	closed(why: string): void;
}

export const CLOSED = "the connection was closed";

export function uplinkUrl({ hub }: Pick<HubAddress, "hub">): URL {
	const url = new URL("agent", hub);
	url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
	return url;
}
