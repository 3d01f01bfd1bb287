/**
 * Who this agent is: its key, the name that the hub gave it, and the hub's address, in one file of the state folder that
 * only its owner may read. The file appears whole or not at all.
 */
import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import {
	closeSync,
	fchmodSync,
	fchownSync,
	mkdirSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
	existsSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { helloProof } from "@mailtrail/core/wire";
import Type, { type Static } from "typebox";
import { Check } from "typebox/value";
import { enrolCommands } from "./advice.ts";
import { errorCode } from "./sources/file-access.ts";
import { UsageError } from "./usage-error.ts";

const EnrolmentSchema = Type.Object({
	/** ends with a slash */
	hub: Type.String(),
	/** SHA-256 of the hub's certificate, base64url, where the token named it */
	fingerprint: Type.Optional(Type.String()),
	agent: Type.String(),
	host: Type.String(),
	/** Ed25519, PKCS #8, base64 */
	privateKey: Type.String(),
});
export type Enrolment = Static<typeof EnrolmentSchema>;

const FILE = "enrolment.json";

/** A new key pair: SPKI and PKCS #8, base64. */
export function makeKeys(): { publicKey: string; privateKey: string } {
	const { publicKey, privateKey } = generateKeyPairSync("ed25519");
	return {
		publicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
		privateKey: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
	};
}

export function signHello(enrolment: Enrolment, nonce: string): string {
	const key = createPrivateKey({
		key: Buffer.from(enrolment.privateKey, "base64"),
		format: "der",
		type: "pkcs8",
	});
	return sign(null, Buffer.from(helloProof(nonce, enrolment.agent)), key).toString("base64");
}

/**
 * Writes a file whole or not at all, for its owner only: the folder's, since `enrol` is called by root and the service
 * has a user of its own.
 */
export function writePrivately(path: string, text: string): void {
	const fresh = `${path}.new`;
	// never through a link that the folder's owner left there
	rmSync(fresh, { force: true });
	const file = openSync(fresh, "wx", 0o600);
	try {
		fchmodSync(file, 0o600);
		const { uid, gid } = statSync(dirname(path));
		if (process.getuid?.() === 0 && uid !== 0) fchownSync(file, uid, gid);
		writeFileSync(file, text);
	} finally {
		closeSync(file);
	}
	renameSync(fresh, path);
}

export function saveEnrolment(state: string, enrolment: Enrolment): void {
	mkdirSync(state, { recursive: true, mode: 0o700 });
	writePrivately(join(state, FILE), `${JSON.stringify(enrolment, null, "\t")}\n`);
}

export function isEnrolled(state: string): boolean {
	return existsSync(join(state, FILE));
}

/** The enrolment of a state folder; says what to do where there is none. */
export function readEnrolment(state: string): Enrolment {
	const path = join(state, FILE);
	let text: string;
	try {
		text = readFileSync(path, "utf8");
	} catch (error) {
		if (errorCode(error) !== "ENOENT") throw new UsageError(`${path} cannot be read: ${String(error)}`);
		throw new UsageError(`This agent is not enrolled (no ${path}): ${enrolCommands(state)}`);
	}
	const value = parseJson(text);
	if (!Check(EnrolmentSchema, value))
		throw new UsageError(`${path} is damaged; enrol this host again: ${enrolCommands(state)}`);
	return value;
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
