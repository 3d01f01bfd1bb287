/** ホストに頼めること、解釈できなかった行についての文言。形は英語と同じ。 */
import type { HostsTexts } from "./hosts.en.ts";

export const hostsJa: HostsTexts = {
	hostMay: {
		label: "頼めること",
		nothing: "頼めることなし",
		names: {
			check: "接続確認",
			queue: "キューの確認",
			spool: "メールボックス内の不達通知",
			testmail: "テストメール",
		},
		decides: "ホスト側の agent.toml（allow = …）が決めます",
		checkFrom: "ここから確認",
		checkFromTitle: (host) => `${host} からメールホストに届くかを確認`,
	},
	notUnderstood: {
		show: (n, host) => `${host} の解釈できない行 ${n} 行: 例を表示`,
		label: (host) => `${host} の解釈できない行（形ごとに 1 行）`,
		lead: "保存され検索もできますが、イベントとしては読み取れていません。形ごとの最新の行:",
		times: (n) => `${n} 回`,
		of: (_n, text) => `この種類の最新 ${text} 行のうち。`,
		all: "すべて表示",
		none: "保存中の行にはありません。",
		failed: "例を取得できませんでした。",
	},
};
