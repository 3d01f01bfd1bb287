/**
 * A journey for people who need not know who wrote to whom: the local part of every address becomes its first letter, the
 * domain stays (it is what the diagnosis is about), the subject goes. Message-IDs stay: they name no person and find the message.
 */
import type { JourneyAnswer } from "@mailtrail/core/wire";

/** bounded, so that hostile text cannot make it slow */
const ADDRESS = /[\p{L}\p{N}!#$%&'*+/=?^_`{|}~.-]{1,128}@(?=[\p{L}\p{N}])/gu;

export function maskAddress(text: string): string {
	return text.replace(ADDRESS, (local) => `${[...local][0]}…@`);
}

export function maskAnswer(answer: JourneyAnswer): JourneyAnswer {
	const ids = answer.journey.messageIds;
	const { subject, ...journey } = answer.journey;
	const masked = maskAll({ ...answer, journey: { ...journey, messageIds: [] } }, ids) as JourneyAnswer;
	return {
		...masked,
		journey: { ...masked.journey, messageIds: ids, ...(subject === undefined ? {} : { subject: "…" }) },
	};
}

function maskAll(value: unknown, ids: string[]): unknown {
	if (typeof value === "string") return maskText(value, ids);
	if (Array.isArray(value)) return value.map((item) => maskAll(item, ids));
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, item]) => [
			key,
			key === "username" && typeof item === "string" ? maskUser(item) : maskAll(item, ids),
		]),
	);
}

/** The ids are cut out first and put back after. */
function maskText(text: string, ids: string[]): string {
	const id = ids.find((candidate) => candidate !== "" && text.includes(candidate));
	if (id === undefined) return maskLogin(maskAddress(text));
	return text
		.split(id)
		.map((part) =>
			maskText(
				part,
				ids.filter((other) => other !== id),
			),
		)
		.join(id);
}

/** `sasl_username=tanaka` in a line needs no `@` to name a person. */
function maskLogin(text: string): string {
	return text.replace(
		/\b(sasl_username=|ctladdr=<?|user=<?|A=\w{1,32}:)([^\s,>@]{1,128})/gi,
		(_all, name, user) => `${name}${maskUser(user)}`,
	);
}

function maskUser(user: string): string {
	return user.includes("@") ? maskAddress(user) : `${[...user][0] ?? ""}…`;
}
