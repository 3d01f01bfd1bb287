/**
 * People and what they hold: accounts, sessions, tokens, settings. Everything that opens the hub stands as a hash only;
 * a password as argon2id. The secret of an authenticator must be read again: it stands as it is, in a file that the hub
 * alone may read.
 * Promises: each change is one step that another process beside the hub sees at once.
 */
import type { Right, Role } from "@mailtrail/core/wire";

/** The account that a link printed on the hub signs in: whoever can read the data folder is an administrator. */
export const OWNER = "owner";

export interface AccountRecord {
	id: string;
	name: string;
	role: Role;
	domains: string[];
	disabled: boolean;
	password?: string;
	/** base32; it counts once it is confirmed */
	secondFactor?: { secret: string; confirmed: boolean; lastStep: number };
	createdAt: number;
	lastSeenAt?: number;
	failures: number;
	lockedUntil?: number;
}

export interface SessionRecord {
	id: string;
	hash: string;
	account: string;
	createdAt: number;
	lastSeenAt: number;
	expiresAt: number;
	from?: string;
	agent?: string;
	/** came by a one-time link: may set a password without the old one */
	byLink: boolean;
}

export interface TokenRecord {
	id: string;
	hash: string;
	name: string;
	account: string;
	rights: Right[];
	createdAt: number;
	expiresAt?: number;
	lastUsedAt?: number;
}

/** A link that opens one journey, masked, without an account. */
export interface ShareRecord {
	id: string;
	hash: string;
	journey: string;
	account: string;
	createdAt: number;
	expiresAt: number;
	opened: number;
	lastOpenedAt?: number;
}

export interface ShareStore {
	add(share: ShareRecord): Promise<void>;
	find(hash: string): Promise<ShareRecord | undefined>;
	list(): Promise<ShareRecord[]>;
	countOpening(id: string, at: number): Promise<void>;
	drop(id: string): Promise<void>;
}

export interface SettingsRecord {
	requireSecondFactor: boolean;
	sessionHours: number;
	idleHours: number;
	/** links without an account are given out, and open */
	sharing: boolean;
}

export interface PeopleStore {
	accounts(): Promise<AccountRecord[]>;
	account(id: string): Promise<AccountRecord | undefined>;
	/** names are compared without case */
	accountNamed(name: string): Promise<AccountRecord | undefined>;
	/** false: the name is taken */
	addAccount(account: AccountRecord): Promise<boolean>;
	/** false: the name is taken */
	changeAccount(id: string, change: AccountPatch): Promise<boolean>;
	/** with its sessions and tokens; never the owner */
	dropAccount(id: string): Promise<void>;
	seenAccount(id: string, at: number): Promise<void>;
	/** one wrong password or code more, and until when nothing more is tried; counted in one step */
	addFailure(id: string, lockedUntil: (failures: number) => number | undefined): Promise<AccountRecord>;
	clearFailures(id: string): Promise<void>;
	/** false: this step, or a later one, was used already */
	useStep(id: string, step: number): Promise<boolean>;
	setRecoveryCodes(account: string, hashes: string[]): Promise<void>;
	recoveryCodes(account: string): Promise<number>;
	/** true for the first who brings it */
	takeRecoveryCode(account: string, hash: string): Promise<boolean>;

	addSession(session: SessionRecord): Promise<void>;
	findSession(hash: string): Promise<SessionRecord | undefined>;
	sessionsOf(account: string): Promise<SessionRecord[]>;
	session(id: string): Promise<SessionRecord | undefined>;
	seenSession(id: string, at: number): Promise<void>;
	dropSession(id: string): Promise<void>;
	/** all of an account's, but one where it is named */
	dropSessionsOf(account: string, but?: string): Promise<void>;

	addToken(token: TokenRecord): Promise<void>;
	findToken(hash: string): Promise<TokenRecord | undefined>;
	tokens(): Promise<TokenRecord[]>;
	usedToken(id: string, at: number): Promise<void>;
	dropToken(id: string): Promise<void>;

	readonly shares: ShareStore;

	settings(): Promise<SettingsRecord>;
	changeSettings(change: Partial<SettingsRecord>): Promise<void>;
	/** forgets what has ended: sessions, tokens and links before `now`, audit entries before `auditBefore` */
	sweep(now: number, auditBefore: number): Promise<void>;
}

/** `null` takes a thing away. */
export interface AccountPatch {
	name?: string;
	role?: Role;
	domains?: string[];
	disabled?: boolean;
	password?: string;
	secondFactor?: { secret: string; confirmed: boolean } | null;
}
