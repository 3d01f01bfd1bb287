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
	hostAway: {
		title: (host) => `${host} のエージェントが接続していません`,
		steps: [
			"ホストで `systemctl status mailtrail-agent` を実行すると動作中かどうか、`mailtrail-agent status` で接続先のハブと送信済みの位置が分かります。",
			"理由は `journalctl -u mailtrail-agent -n 30` にあります。名前が引けない、途中でポートが閉じている、証明書が替わった、などです。",
			"ホストにログが残っている限り、失われる行はありません。エージェントは、このハブが受け取った位置から続けます。",
		],
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
