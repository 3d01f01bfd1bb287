/** Agents, secrets that work once, and the audit log: what a hub keeps beside its lines. */
import type { AlertStore } from "./alert-store.ts";
import type { PeopleStore } from "./people-store.ts";

export interface AgentRecord {
	agent: string;
	host: string;
	/** Ed25519, SPKI, base64 */
	publicKey: string;
	enrolledAt: number;
	revokedAt?: number;
	version?: string;
	lastSeenAt?: number;
}

/** Both work once. Only the hash of a secret is kept. */
export type SecretKind = "sign-in" | "enrol";
export interface SecretRecord {
	kind: SecretKind;
	hash: string;
	createdAt: number;
	expiresAt?: number;
	/** an enrolment token for this host name only */
	host?: string;
	/** whom a link signs in; absent: the owner */
	account?: string;
}

/** Something that was asked for, by whom, and how it went. Entries are added and never changed. */
export interface AuditRecord {
	/** epoch milliseconds by the hub's clock */
	at: number;
	who: string;
	action: string;
	detail: string;
	result: string;
	/** the address that it came from */
	from?: string;
}

export interface StoredAudit extends AuditRecord {
	/** grows with every entry */
	id: number;
}

export interface AuditPage {
	limit: number;
	/** entries older than this one */
	before?: number | undefined;
	who?: string | undefined;
	action?: string | undefined;
}

export interface AccountStore {
	addSecret(secret: SecretRecord): Promise<void>;
	/** a secret that is neither used nor expired */
	findSecret(kind: SecretKind, hash: string, now: number): Promise<SecretRecord | undefined>;
	/** takes a one-time secret: the first caller gets it, everybody after gets nothing */
	takeSecret(kind: SecretKind, hash: string, now: number): Promise<SecretRecord | undefined>;
	dropSecret(kind: SecretKind, hash: string): Promise<void>;
	agents(): Promise<AgentRecord[]>;
	findAgent(agent: string): Promise<AgentRecord | undefined>;
	/** the host's agent from now on; an earlier one of the same host is revoked */
	enrolAgent(agent: AgentRecord): Promise<void>;
	seenAgent(agent: string, version: string, at: number): Promise<void>;
	/** its key opens nothing from now on; what it sent stays */
	revokeAgent(agent: string, at: number): Promise<void>;
	audit(record: AuditRecord): Promise<void>;
	/** newest first */
	audits(page: AuditPage): Promise<StoredAudit[]>;
	readonly people: PeopleStore;
	readonly alerts: AlertStore;
}
