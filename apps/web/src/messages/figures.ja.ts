/** 多くのメールを数えるページのことば: 棒グラフ、絞り込み、流れ、宛先別。 */
import type { FiguresTexts } from "./figures.en.ts";

export const figuresJa: FiguresTexts = {
	figures: {
		volume: "時間ごとのメール",
		volumeHow: "時間ごとのメール。矢印キーで移動、Shift と矢印キーで範囲を広げ、Enter で絞り込みます。",
		draw: "範囲をなぞると、その時間に絞り込みます。",
		sampled: (n) => `新しい方から ${n} 件で集計しています。割合は正しく、合計は「これ以上」です。`,
		none: "なし",
		outcome: {
			delivered: "配達済み",
			relayed: "中継済み",
			delayed: "遅延",
			failed: "失敗",
			discarded: "破棄",
			quarantined: "隔離",
			expanded: "展開",
			unknown: "不明",
			refused: "受付前に拒否",
			accepted: "受理",
		},
		facets: "絞り込み",
		facet: {
			outcome: "結果",
			"sender-domain": "差出人",
			"recipient-domain": "宛先",
			host: "ホスト",
			cause: "原因",
		},
		more: (n) => `ほか ${n} 件`,
		remove: "外す",
		span: { label: "期間", "1h": "1 時間", "6h": "6 時間", "24h": "24 時間", "7d": "7 日", "30d": "30 日" },
		counted: (_n, text, exact) =>
			exact ? `${text} 通を集計` : `新しい方から ${text} 通を集計(割合は正しく、合計はこれ以上)`,
	},
	box: {
		recent: "最近の検索",
		saved: "保存した検索",
		forget: "消去",
		fields: "検索に使える語",
		save: "この検索を保存",
		saveShort: "保存",
		savedShort: "保存済み",
		suggestions: "候補",
		keys: "Enter で検索 · ↓ で選択 · Tab で先頭を採用 · Esc で消去",
		pasted: "バウンスメール、ヘッダー、ログの行を貼り付けると読み取ります。",
		exportLabel: "ダウンロード",
	},
};
