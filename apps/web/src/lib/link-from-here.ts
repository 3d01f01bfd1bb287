/**
 * A link to this hub as others can open it. A hub that was told no `public_url` knows itself only by the address that it
 * listens on, and behind a proxy that is `http://localhost:8025`; the page knows the address it was opened by, path and all.
 */
import { toAddress } from "./base.ts";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export function linkFromHere(link: string, origin: string = location.origin): string {
	if (!URL.canParse(link)) return link;
	const { hostname, search, hash } = new URL(link);
	return LOOPBACK.test(hostname) ? `${origin}${toAddress("/")}${search}${hash}` : link;
}
