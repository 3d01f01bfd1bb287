/** Whether an agent's hello is to be believed: known, not revoked, its host's name, and signed by its key. */
import { createPublicKey, verify } from "node:crypto";
import { type Hello, helloProof, PROTOCOL_VERSION, type RefusalReason } from "@mailtrail/core/wire";
import type { AccountStore } from "../store/account-store.ts";

export interface Refusal {
	reason: RefusalReason;
	text: string;
	retry: boolean;
}

/** Why a connection ends that was welcome, in words that say what to do. */
export const ENDED = {
	"already-connected": "Another process has connected with this agent's key. Run one agent per key.",
	revoked: "This agent's key was replaced or revoked. Enrol it again with a token for its host.",
} as const;

export async function verifyHello(
	accounts: AccountStore,
	hello: Hello,
	nonce: string,
): Promise<Refusal | undefined> {
	if (hello.protocol !== PROTOCOL_VERSION) {
		const text = `This hub speaks protocol ${PROTOCOL_VERSION}, the agent ${hello.protocol}. Install agent and hub of one version.`;
		return { reason: "protocol-unsupported", text, retry: false };
	}
	const agent = await accounts.findAgent(hello.agent);
	if (!agent) {
		const text = "This hub does not know the agent. Enrol it: mailtrail-agent enrol URL --token T";
		return { reason: "unknown-agent", text, retry: false };
	}
	if (!isSigned(agent.publicKey, hello, nonce)) {
		const text = "The signature is not by the key that this agent enrolled with. Enrol it again.";
		return { reason: "bad-signature", text, retry: false };
	}
	if (agent.revokedAt !== undefined) {
		return { reason: "revoked", text: ENDED.revoked, retry: false };
	}
	if (agent.host !== hello.host) {
		const text = `This agent enrolled as ${agent.host}. Set that host name, or enrol again under the new one.`;
		return { reason: "host-mismatch", text, retry: false };
	}
	return undefined;
}

function isSigned(publicKey: string, hello: Hello, nonce: string): boolean {
	const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
	const signature = Buffer.from(hello.signature, "base64");
	return verify(null, Buffer.from(helloProof(nonce, hello.agent)), key, signature);
}
