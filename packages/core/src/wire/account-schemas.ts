/**
 * Who may come into the hub and what they may do there: sessions, accounts, roles, tokens, settings and the audit log over
 * HTTP. Secrets go one way: a password is never answered, a token and a link are shown once.
 */
import Type, { type Static } from "typebox";
import { Label, opt, Text } from "./schema-parts.ts";

export const ROLES = ["administrator", "operator", "helpdesk"] as const;
export type Role = (typeof ROLES)[number];

/** What a route asks for. A role is a list of these, and so is what a token may do. */
export const RIGHTS = [
	"messages",
	"lines",
	"export",
	"aggregates",
	"hosts",
	"commands",
	"enrol",
	"alerts",
	"alert-rules",
	"accounts",
	"settings",
	"audit",
	"metrics",
] as const;
export type Right = (typeof RIGHTS)[number];

/** What each role may do. `helpdesk` sees the messages of its domains only, with masked addresses and no log lines. */
export const RIGHTS_OF: Record<Role, readonly Right[]> = {
	administrator: RIGHTS,
	operator: [
		"messages",
		"lines",
		"export",
		"aggregates",
		"hosts",
		"commands",
		"alerts",
		"alert-rules",
		"metrics",
	],
	helpdesk: ["messages", "export", "hosts"],
};

export const RoleSchema = Type.Enum([...ROLES]);
export const RightSchema = Type.Enum([...RIGHTS]);
const NameSchema = Type.String({
	minLength: 1,
	maxLength: 64,
	pattern: "^[\\p{L}\\p{N}][\\p{L}\\p{N}._@+-]*$",
	description: "letters, digits, and . _ @ + - after the first",
});
const PasswordSchema = Type.String({ minLength: 12, maxLength: 128 });
const OldPasswordSchema = Type.String({ maxLength: 256 });
const CodeSchema = Type.String({
	minLength: 6,
	maxLength: 32,
	description: "six digits of the authenticator, or a recovery code",
});
const DomainsSchema = Type.Array(Type.String({ minLength: 1, maxLength: 253 }), {
	maxItems: 200,
	description: "helpdesk: mail from or to these domains and what is below them",
});

export const AccountSchema = Type.Object({
	id: Text,
	name: Text,
	role: RoleSchema,
	/** of a helpdesk: what it sees; absent for the others, who see everything */
	domains: opt(Type.Array(Text)),
	disabled: Type.Boolean(),
	/** false: comes in by a link until a password is set */
	hasPassword: Type.Boolean(),
	secondFactor: Type.Boolean(),
	/** how many recovery codes are left */
	recoveryCodes: Type.Integer(),
	/** ISO 8601 */
	createdAt: Text,
	lastSeenAt: opt(Text),
	/** too many wrong passwords; ISO 8601 */
	lockedUntil: opt(Text),
});

/**
 * `GET /api/session`: answered to everybody, signed in or not. `POST /api/session` signs in and answers the same;
 * `DELETE /api/session` signs out.
 */
export const SessionAnswerSchema = Type.Object({
	/** absent: not signed in */
	account: opt(AccountSchema),
	/** what this session may do now; none while `mustSetUp` names something */
	rights: Type.Array(RightSchema),
	/** addresses come masked and lines do not come at all */
	masked: Type.Boolean(),
	/** what must be done before anything else opens */
	mustSetUp: opt(Type.Enum(["second-factor"])),
	/** whether anybody has a password; where nobody has, only a link signs in */
	passwords: Type.Boolean(),
	/** masked journeys may be handed on by links that need no account */
	sharing: opt(Type.Boolean()),
	/** command that prints a sign-in link, for whoever can run it on the hub */
	linkCommand: opt(Text),
});
/** Errors: `sign-in-failed`, `code-needed` (the password was right: ask for the code and send all three), `locked`. */
export const SignInSchema = Type.Object(
	{ name: Type.String({ maxLength: 64 }), password: OldPasswordSchema, code: opt(CodeSchema) },
	{ examples: [{ name: "kato", password: "correct horse battery staple", code: "123456" }] },
);

/** `PUT /api/account`: one's own. The first administrator, who came by the printed link, takes a name and a password here. */
export const OwnAccountChangeSchema = Type.Object({
	name: opt(NameSchema),
	password: opt(PasswordSchema),
	/** needed where there is a password already */
	currentPassword: opt(OldPasswordSchema),
});

/** `POST /api/account/second-factor`: a secret to scan. It counts once `PUT` has confirmed it with a code. */
export const SecondFactorOfferSchema = Type.Object({
	/** base32, to type */
	secret: Text,
	/** otpauth:// address, to show as a QR code */
	uri: Text,
});
export const SecondFactorConfirmSchema = Type.Object({ code: CodeSchema });
/** `PUT /api/account/second-factor`, `POST /api/account/recovery-codes`: shown once; each works once in place of a code */
export const RecoveryCodesSchema = Type.Object({ recoveryCodes: Type.Array(Text) });
/** `POST /api/account/second-factor/remove` */
export const SecondFactorRemoveSchema = Type.Object({ code: CodeSchema });

/** `GET /api/sessions` (one's own), `GET /api/sessions?account=ID` (needs `accounts`); `DELETE /api/sessions/:id` */
export const SessionSchema = Type.Object({
	id: Text,
	account: Text,
	createdAt: Text,
	lastSeenAt: Text,
	expiresAt: Text,
	/** the address that signed in, and its browser's own words, shortened */
	from: opt(Text),
	agent: opt(Text),
	/** the one that asks */
	current: Type.Boolean(),
});
export const SessionsAnswerSchema = Type.Object({ sessions: Type.Array(SessionSchema) });

/** `GET /api/accounts` */
export const AccountsAnswerSchema = Type.Object({ accounts: Type.Array(AccountSchema) });
/** `POST /api/accounts`; without a password the answer has a link that signs the new person in once */
export const NewAccountSchema = Type.Object(
	{
		name: NameSchema,
		role: RoleSchema,
		domains: opt(DomainsSchema),
		password: opt(PasswordSchema),
	},
	{ examples: [{ name: "kato", role: "helpdesk", domains: ["example.jp"] }] },
);
export const NewAccountAnswerSchema = Type.Object({
	account: AccountSchema,
	link: opt(Text),
	linkExpiresAt: opt(Text),
});
/** `PATCH /api/accounts/:id`; every session of an account ends when its role, its domains or `disabled` change */
export const AccountChangeSchema = Type.Object({
	name: opt(NameSchema),
	role: opt(RoleSchema),
	domains: opt(DomainsSchema),
	disabled: opt(Type.Boolean()),
	/** for somebody who lost the phone; the recovery codes go too */
	removeSecondFactor: opt(Type.Literal(true)),
});
/** `POST /api/accounts/:id/link`: signs that person in once, for a forgotten password; `PATCH` and `DELETE` answer the account */
export const SignInLinkSchema = Type.Object({ link: Text, expiresAt: Text });
export const AccountAnswerSchema = Type.Object({ account: AccountSchema });

/** `GET /api/roles`: for a page that explains what a role may do */
export const RolesAnswerSchema = Type.Object({
	roles: Type.Array(
		Type.Object({ role: RoleSchema, rights: Type.Array(RightSchema), masked: Type.Boolean() }),
	),
});

export const TokenSchema = Type.Object({
	id: Text,
	name: Text,
	/** who made it: a token never may more than its maker may now */
	account: Text,
	accountName: Text,
	rights: Type.Array(RightSchema),
	createdAt: Text,
	expiresAt: opt(Text),
	lastUsedAt: opt(Text),
});
/** `GET /api/tokens`: one's own; everybody's where one has `accounts` */
export const TokensAnswerSchema = Type.Object({ tokens: Type.Array(TokenSchema) });
/** `POST /api/tokens` */
export const NewTokenSchema = Type.Object(
	{
		name: Label,
		rights: Type.Array(RightSchema, { minItems: 1, uniqueItems: true }),
		/** absent: works until it is revoked */
		days: opt(Type.Integer({ minimum: 1, maximum: 3_650 })),
	},
	{ examples: [{ name: "prometheus", rights: ["metrics"], days: 365 }] },
);
/** `secret` is shown once */
export const NewTokenAnswerSchema = Type.Object({ token: TokenSchema, secret: Text });

/** `GET /api/settings`; `PATCH /api/settings` takes the first three */
export const SettingsSchema = Type.Object({
	/** accounts without a second factor can do nothing but set one up */
	requireSecondFactor: Type.Boolean(),
	/** a session ends this long after it began, and after so long without use */
	sessionHours: Type.Integer({ minimum: 1, maximum: 8_760 }),
	idleHours: Type.Integer({ minimum: 1, maximum: 8_760 }),
	/** masked journeys may be handed on by links that need no account; off, and those that were given out are dead */
	sharing: Type.Boolean(),
	/** from the configuration file */
	tls: Type.Boolean(),
	mail: Type.Boolean(),
	version: Text,
});
export const SettingsChangeSchema = Type.Partial(
	Type.Pick(SettingsSchema, ["requireSecondFactor", "sessionHours", "idleHours", "sharing"]),
);

/** `GET /api/audit`: newest first; `before` is the `id` of the last entry that one has */
export const AuditQuerySchema = Type.Object({
	limit: opt(Type.Integer({ minimum: 1, maximum: 1_000, default: 100 })),
	before: opt(Type.Integer({ minimum: 1 })),
	who: opt(Type.String({ maxLength: 200 })),
	action: opt(Type.String({ maxLength: 64 })),
});

/** what a `DELETE` and a test answer */
export const DoneSchema = Type.Object({ done: Type.Literal(true) });

export type Account = Static<typeof AccountSchema>;
export type SessionAnswer = Static<typeof SessionAnswerSchema>;
export type SignIn = Static<typeof SignInSchema>;
export type OwnAccountChange = Static<typeof OwnAccountChangeSchema>;
export type SecondFactorOffer = Static<typeof SecondFactorOfferSchema>;
export type RecoveryCodes = Static<typeof RecoveryCodesSchema>;
export type SessionEntry = Static<typeof SessionSchema>;
export type NewAccount = Static<typeof NewAccountSchema>;
export type NewAccountAnswer = Static<typeof NewAccountAnswerSchema>;
export type AccountAnswer = Static<typeof AccountAnswerSchema>;
export type AccountChange = Static<typeof AccountChangeSchema>;
export type SignInLink = Static<typeof SignInLinkSchema>;
export type RolesAnswer = Static<typeof RolesAnswerSchema>;
export type TokenEntry = Static<typeof TokenSchema>;
export type NewToken = Static<typeof NewTokenSchema>;
export type NewTokenAnswer = Static<typeof NewTokenAnswerSchema>;
export type Settings = Static<typeof SettingsSchema>;
export type SettingsChange = Static<typeof SettingsChangeSchema>;
