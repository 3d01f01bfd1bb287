/** What cannot be known or shown of a journey, in Japanese; the English words come with the notice (`trace/journey/notices.ts`, the hub). */
import type { Notice } from "../../trace/index.ts";
import type { Language } from "../diagnosis.ts";

type Values = Readonly<Record<string, string>>;

const JA: Readonly<Record<string, (values: Values) => string>> = {
	"stop-missing": ({ from, to, between }) =>
		`${from} と ${to} の間でメールは ${between} を通りましたが、そのログの行がないため、経路のこの部分は分かりません。`,
	held: ({ host, queueId }) =>
		`${host} はこのメールを ${queueId} として保留しています。解除されるまで配送されません。`,
	"clock-differs": ({ host, other, seconds, way }) =>
		`${host} の時計が ${other} より ${seconds} 秒${way === "ahead" ? "進んでいる" : "遅れている"}か、ログのタイムゾーンが異なります。時刻は各ホストのログのとおりに表示しています。`,
	"no-recipient-logged": ({ host }) => `${host} はこのメールを受け取りましたが、宛先を示す行がありません。`,
	"host-not-watched": ({ host, recipient }) =>
		`${host} が ${recipient} 宛のメールを受け取りました。このホストのログにこのメールの行はないため、その応答が最後の記録です。`,
	"forwarded-lines-missing": ({ host }) =>
		`${host} は新しい ID でメールを転送しましたが、その ID の行がないため、その後は分かりません。`,
	"journey-cut": ({ most }) =>
		`このメールの ID を持つ通過点が ${most} を超えるため、時刻の近いものだけで経路を描いています。`,
	"lines-cut": ({ lines, shown }) =>
		`このメールの行は ${lines} 行あります。ここにあるのは最初の ${shown} 行です。`,
	"no-outcome-logged": ({ host }) =>
		`${host} はメールを受け取りましたが、その後どうなったかを示す行がありません。`,
};

/** In the reader's language, where the notice can be told in it. */
export function tellNotice(notice: Notice, lang: Language): Notice {
	const { code, values } = notice;
	const text = lang === "ja" && values ? JA[code]?.(values) : undefined;
	return text === undefined ? notice : { ...notice, text };
}
