/**
 * Links that open one masked journey without an account: for whoever answers for the other end. A hub gives none out until an
 * administrator allows it; each ends by itself, can be taken back, and shows at most what its maker may see now.
 */
import Type, { type Static } from "typebox";

const Id = Type.String({ maxLength: 1_024 });
const Text = Type.String();

/** `POST /api/shares` */
export const NewShareSchema = Type.Object({
	journey: Id,
	days: Type.Integer({ minimum: 1, maximum: 30, description: "until it ends by itself" }),
});
export const ShareSchema = Type.Object({
	id: Text,
	journey: Text,
	/** name of whoever made it */
	by: Text,
	/** ISO 8601 */
	createdAt: Text,
	expiresAt: Text,
	/** how often it was opened, and when last */
	opened: Type.Integer(),
	lastOpenedAt: Type.Optional(Text),
});
/** `key` is shown this once; the page stands at `/shared/KEY` */
export const NewShareAnswerSchema = Type.Object({ share: ShareSchema, key: Text });
/** `GET /api/shares`: one's own; with the right `accounts`, everybody's */
export const SharesAnswerSchema = Type.Object({ shares: Type.Array(ShareSchema) });

/** header that `GET /api/shared` is asked with: an address would stand in the logs of proxies */
export const SHARE_HEADER = "x-mailtrail-share";

export type Share = Static<typeof ShareSchema>;
export type NewShareAnswer = Static<typeof NewShareAnswerSchema>;
export type SharesAnswer = Static<typeof SharesAnswerSchema>;
