/**
 * Passwords as argon2id (RFC 9106) by Node's own OpenSSL, written as PHC strings, so that the cost can grow and old ones still
 * be read. One hash at a time per two processors' worth: a flood of sign-ins must not take the memory or the time of the hub.
 */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";

interface Cost {
	/** KiB */
	memory: number;
	passes: number;
	lanes: number;
}
/** OWASP's second choice, 19 MiB and two passes; some 60 ms on a small machine */
const COST: Cost = { memory: 19_456, passes: 2, lanes: 1 };
const TAG_BYTES = 32;
const AT_ONCE = 2;
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

export async function hashPassword(password: string): Promise<string> {
	const salt = randomBytes(16);
	const tag = await derive(password, salt, COST, TAG_BYTES);
	const { memory, passes, lanes } = COST;
	return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${plain(salt)}$${plain(tag)}`;
}

/** `stored` undefined takes as long as a wrong password does: nobody learns which names there are. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
	const [, memory, passes, lanes, salt, tag] = PHC.exec(stored ?? "") ?? [];
	if (salt === undefined || tag === undefined) {
		await derive(password, Buffer.alloc(16), COST, TAG_BYTES);
		return false;
	}
	const wanted = Buffer.from(tag, "base64");
	const cost = { memory: Number(memory), passes: Number(passes), lanes: Number(lanes) };
	const found = await derive(password, Buffer.from(salt, "base64"), cost, wanted.length);
	return timingSafeEqual(found, wanted);
}

/** What nobody should choose: the hub's and one's own name, and what is the same few signs again. NIST SP 800-63B 5.1.1.2. */
export function weakness(password: string, name: string): "too-short" | "too-simple" | undefined {
	const letters = password.normalize("NFKC").toLowerCase();
	if ([...letters].length < 12) return "too-short";
	if (new Set(letters).size < 5) return "too-simple";
	const rest = [name.toLowerCase(), "mailtrail", "password", "1234567890", "qwertyuiop"].reduce(
		(text, known) => (known.length < 3 ? text : text.replaceAll(known, "")),
		letters,
	);
	return [...rest].length < 6 ? "too-simple" : undefined;
}

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, nonce: Buffer, cost: Cost, tagLength: number): Promise<Buffer> {
	if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
	else running++;
	try {
		return await new Promise<Buffer>((resolve, reject) => {
			const { memory, passes, lanes: parallelism } = cost;
			const message = password.normalize("NFKC");
			argon2("argon2id", { message, nonce, parallelism, tagLength, memory, passes }, (error, tag) => {
				if (error) reject(error);
				else resolve(Buffer.from(tag));
			});
		});
	} finally {
		const next = waiting.shift();
		if (next) next();
		else running--;
	}
}

function plain(bytes: Buffer): string {
	return bytes.toString("base64").replaceAll("=", "");
}
