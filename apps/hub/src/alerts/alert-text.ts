/** One sentence per alert, in the reader's language, and the search that shows the messages behind it. */
import type { AlertKind } from "@mailtrail/core/wire";

export type AlertLang = "en" | "ja";

export interface Told {
	kind: AlertKind;
	subject: string;
	value: number;
	threshold: number;
}

type Say = (told: Told) => string;

const TEXTS: Record<AlertKind, Record<AlertLang, Say>> = {
	"deferral-rate": {
		en: ({ subject, value }) => `${subject} puts off ${value} % of what we try to deliver.`,
		ja: ({ subject, value }) => `${subject} 宛ての配送の ${value} % が保留されています。`,
	},
	"bounce-rate": {
		en: ({ subject, value }) => `${subject} refuses ${value} % of what we try to deliver.`,
		ja: ({ subject, value }) => `${subject} 宛ての配送の ${value} % が拒否されています。`,
	},
	"block-listed": {
		en: ({ subject, value }) =>
			`${subject} says that our address is on a block list or shut out (${value} tries).`,
		ja: ({ subject, value }) =>
			`${subject} は、当方のアドレスがブロックリストにあるか遮断されていると答えています(${value} 回)。`,
	},
	"queue-growth": {
		en: ({ subject, value }) => `The mail queue of ${subject} has grown by ${value} messages.`,
		ja: ({ subject, value }) => `${subject} のメールキューが ${value} 通増えました。`,
	},
	"log-silent": {
		en: ({ subject, value }) => `A log of ${subject} has not been written for ${value} minutes.`,
		ja: ({ subject, value }) => `${subject} のログが ${value} 分間書き込まれていません。`,
	},
	"agent-gone": {
		en: ({ subject, value }) => `The agent of ${subject} has been away for ${value} minutes.`,
		ja: ({ subject, value }) => `${subject} のエージェントが ${value} 分間接続していません。`,
	},
	"certificate-ends": {
		en: ({ subject, value }) =>
			value <= 0
				? `The certificate of ${subject} has ended.`
				: `The certificate of ${subject} ends in ${value} days.`,
		ja: ({ subject, value }) =>
			value <= 0
				? `${subject} の証明書は期限切れです。`
				: `${subject} の証明書はあと ${value} 日で切れます。`,
	},
	"sender-volume": {
		en: ({ subject, value }) => `${subject} sends ${value} times as much as usual.`,
		ja: ({ subject, value }) => `${subject} の送信量が普段の ${value} 倍です。`,
	},
	"user-volume": {
		en: ({ subject, value }) =>
			`The user ${subject} sends ${value} times as much as usual: somebody else may have the password.`,
		ja: ({ subject, value }) =>
			`ユーザー ${subject} の送信量が普段の ${value} 倍です。パスワードが漏れている可能性があります。`,
	},
};

export function alertText(told: Told, lang: AlertLang): string {
	return TEXTS[told.kind][lang](told);
}

export function alertQuery({ kind, subject }: Pick<Told, "kind" | "subject">): string | undefined {
	switch (kind) {
		case "deferral-rate":
			return `to:@${subject} status:delayed`;
		case "bounce-rate":
			return `to:@${subject} status:failed`;
		case "block-listed":
			return `to:@${subject} cause:dnsbl-listed`;
		case "queue-growth":
			return `host:${subject} status:delayed`;
		case "log-silent":
		case "agent-gone":
			return `host:${subject}`;
		case "sender-volume":
			return `from:${subject}`;
		case "user-volume":
			return subject.includes("@") ? `from:${subject}` : undefined;
		case "certificate-ends":
			return undefined;
	}
}
