/** Every error that the hub answers with: a stable code, its HTTP status and what to do. */
import type { FastifyError, FastifyInstance } from "fastify";

export const ERRORS = {
	"not-signed-in": {
		status: 401,
		message:
			"Sign in first: run `mailtrail-hub link` on the hub and open the address it prints, or send an API token.",
	},
	"sign-in-failed": { status: 401, message: "The name, the password or the code is wrong." },
	"code-needed": {
		status: 401,
		message: "The password is right. Send the code of the authenticator, or a recovery code, with it.",
	},
	locked: {
		status: 429,
		message:
			"Too many wrong tries for this account. It opens again by itself; an administrator can make a link.",
	},
	"not-allowed": { status: 403, message: "Your role, or this token, does not allow this." },
	"second-factor-needed": {
		status: 403,
		message: "This hub asks everybody for a second factor. Set one up under Settings first.",
	},
	"name-taken": { status: 409, message: "Somebody has this name already." },
	"account-not-found": { status: 404, message: "There is no account of this id." },
	"owner-stays": {
		status: 409,
		message: "The hub's own account stays an administrator: it is whom a link printed on the hub signs in.",
	},
	"password-weak": {
		status: 400,
		message: "This password is too easy to guess. Take several words, or let a password manager make one.",
	},
	"password-wrong": { status: 403, message: "The present password is wrong." },
	"code-wrong": {
		status: 403,
		message: "This code is wrong, too old, or was used already. Wait for the next one.",
	},
	"second-factor-there": { status: 409, message: "There is a second factor already. Remove it first." },
	"too-many-tokens": { status: 409, message: "There are 500 tokens. Revoke some that nobody uses." },
	"alert-rule-not-found": { status: 404, message: "There is no alert rule of this id." },
	"channel-not-found": { status: 404, message: "There is no channel of this id." },
	"too-many-rules": { status: 409, message: "There are too many of these. Remove some that nobody needs." },
	"query-not-allowed": {
		status: 403,
		message:
			"Where addresses are masked, a search takes whole addresses and domains: no patterns, no words of replies.",
	},
	"no-recording": {
		status: 404,
		message:
			"This hub was installed without the recorded sample. `npm start -- --sample` in the repository has it.",
	},
	"wrong-origin": {
		status: 403,
		message: "This request comes from another site's page and is not answered.",
	},
	"sign-in-key-used": {
		status: 410,
		message:
			"This sign-in link was used already or is too old. Run `mailtrail-hub link` on the hub for a new one.",
	},
	"enrolment-token-invalid": {
		status: 403,
		message:
			"This enrolment token is unknown, was used already or is too old. Run `mailtrail-hub token` on the hub for a new one.",
	},
	"host-already-enrolled": {
		status: 409,
		message:
			"A host of this name has an agent. To replace its key, make a token for it: `mailtrail-hub token --host NAME`.",
	},
	"host-mismatch": { status: 409, message: "This enrolment token was made for another host name." },
	"host-name-invalid": {
		status: 400,
		message: "A host name has letters, digits, dots, hyphens and underscores, at most 255.",
	},
	"public-key-invalid": { status: 400, message: "publicKey must be an Ed25519 public key, SPKI in base64." },
	"agent-not-found": { status: 404, message: "No agent of this id was ever enrolled." },
	"sharing-off": {
		status: 403,
		message:
			"This hub gives out no links that open without an account. An administrator can allow them under Settings.",
	},
	"too-many-shares": {
		status: 409,
		message: "There are 1,000 such links. Take back some that nobody needs.",
	},
	"share-ended": {
		status: 410,
		message: "This link has ended or was taken back. Ask whoever sent it for a new one.",
	},
	"journey-not-found": { status: 404, message: "No message of this id is stored." },
	"host-not-connected": {
		status: 409,
		message: "No agent of this host is connected, so nothing can be asked of it. See the hosts page for why.",
	},
	"command-not-allowed": { status: 403, message: "The host's own agent.toml does not allow this command." },
	"command-too-many": { status: 429, message: "The host was asked too often. Try again in a minute." },
	"command-failed": { status: 424, message: "The host tried and failed." },
	"cursor-invalid": {
		status: 400,
		message: "This cursor is not one that a search gave out. Search again from the first page.",
	},
	"import-refused": { status: 409, message: "These lines could not be taken." },
	"request-invalid": {
		status: 400,
		message: "The request does not have the form that /api/openapi.json describes.",
	},
	"too-large": { status: 413, message: "The request is too large." },
	"too-many-requests": { status: 429, message: "Too many tries. Wait a minute and try again." },
	"too-busy": { status: 503, message: "The hub has too many questions to answer. Try again in a moment." },
	"not-found": { status: 404, message: "There is nothing at this address." },
	internal: { status: 500, message: "The hub failed to answer; its log says why." },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** Thrown by routes; the handler below answers it. */
export class HubError extends Error {
	readonly code: ErrorCode;

	/** `text`: what is known of this case, in place of the general message */
	constructor(code: ErrorCode, text?: string) {
		super(text ?? ERRORS[code].message);
		this.code = code;
	}
}

export function registerErrors(app: FastifyInstance): void {
	app.setErrorHandler((error: FastifyError | HubError, request, reply) => {
		const code = codeOf(error);
		// whoever asked has gone on to another page: the question was given up for that, and nothing failed
		const givenUp = reply.raw.destroyed && error.name === "AbortError";
		if (code === "internal" && !givenUp) request.log.error({ err: error }, "request failed");
		const own = code === "request-invalid" || error instanceof HubError;
		const message = own ? error.message : ERRORS[code].message;
		return reply.status(ERRORS[code].status).send({ code, message });
	});
}

function codeOf(error: FastifyError | HubError): ErrorCode {
	if (error instanceof HubError) return error.code;
	switch (error.statusCode) {
		case 400:
		case 415:
			return "request-invalid";
		// a path that leads out of the folders of files
		case 403:
		case 404:
			return "not-found";
		case 413:
			return "too-large";
		case 429:
			return "too-many-requests";
		default:
			return "internal";
	}
}
