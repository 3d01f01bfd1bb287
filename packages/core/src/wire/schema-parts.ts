/** What the schemas of the API are put together from. */
import Type, { type TSchema } from "typebox";

export const Text = Type.String();
export const opt = <T extends TSchema>(schema: T) => Type.Optional(schema);
/** What somebody calls a thing of theirs: one line, which a log, a mail's subject and a terminal show as it is. */
export const Label = Type.String({
	minLength: 1,
	maxLength: 100,
	pattern: "^[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+$",
	description: "one line, without control characters",
});
