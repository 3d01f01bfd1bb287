/** どのページにもあることば: 時刻、キー、コマンド、接続。 */
import type { EverywhereTexts } from "./everywhere.en.ts";

export const everywhereJa: EverywhereTexts = {
	times: {
		label: "時刻の表示",
		local: "この端末の時間帯",
		utc: "UTC",
		ago: "経過時間",
		agoShort: "経過",
		logged: (iso) => `ログの時刻 ${iso}`,
	},
	keys: {
		title: "キー操作",
		search: "検索",
		palette: "すべてのコマンド",
		help: "キー操作の一覧",
		next: "次の行",
		previous: "前の行",
		open: "行を開く",
		pause: "ライブ: 一時停止と再開",
		goTo: (page) => `${page}へ移動`,
		theme: "配色を切り替え",
		language: "言語を切り替え",
		times: "時刻: 時間帯、UTC、経過",
		close: "閉じる",
		undo: "直前の変更を元に戻す",
		ends: "最初と最後の行",
		choose: "候補を選ぶ",
		take: "最初の候補を入れる",
		ask: "検索する",
		clear: "消去、空なら離れる",
		move: "移動 (流れの時間スライダーも同じ)",
		widen: "範囲を広げる",
		narrow: "その期間で検索",
		groups: {
			go: "ページの移動",
			list: "一覧の中",
			page: "どのページでも",
			box: "検索欄の中",
			time: "時間のグラフの上",
		},
		hint: "文字のキーは入力欄にカーソルがないときに、矢印と Home、End は Tab や j で行やグラフに移ってから使えます。",
	},
	palette: {
		label: "コマンド",
		placeholder: "ページ、設定、または探すもの",
		search: (text) => `${text} を検索`,
		recent: "最近の検索",
		saved: "保存した検索",
		page: "ページ",
		setting: "設定",
		nothing: "その名前のコマンドはありません。Enter で検索します。",
	},
	connection: {
		renewed: "ハブが更新されたため、ページを読み込み直しました。",
		offline: "この端末はオフラインです。表示は最後に分かっている内容です。",
		away: (ago) =>
			`ハブが${ago}応答していません。表示は最後に分かっている内容です。問い合わせを続けています。`,
	},
	undo: {
		undo: "元に戻す",
		keep: "そのままにする",
		removed: (name) => `「${name}」を削除しました。`,
		changed: (name) => `「${name}」を変更しました。`,
		unsaved: (q) => `保存した検索から外しました: ${q}`,
		forgotten: "最近の検索を消しました。",
		silenced: (what) => `当面通知しません: ${what}`,
		lifted: "通知を再開しました。",
		role: (name, role) => `${name} の役割を「${role}」に変更しました。`,
		settings: "全員の設定として保存しました。",
	},
	sure: {
		account: (name) => `アカウント ${name} を削除しますか？`,
		accountLost: "セッション、トークン、二要素認証がすぐに終了し、元に戻せません。",
		factor: (name) => `${name} の二要素認証を外しますか？`,
		factorLost: "秘密の鍵と回復コードが失われ、設定し直しが必要になります。",
		token: (name) => `トークン「${name}」を取り消しますか？`,
		tokenLost: (ago) =>
			`これを使う処理は今後すべて拒否され、同じ秘密の値には戻せません。${
				ago === undefined ? "まだ一度も使われていません。" : `最後に使われたのは${ago}前です。`
			}`,
		session: (device) => `${device} のセッションを終了しますか？`,
		sessionLost: "その端末では、もう一度サインインが必要になります。",
		share: "このリンクを取り消しますか？",
		shareLost: (opened) =>
			`リンクを受け取った人は何も見られなくなります (これまでに開かれた回数: ${opened})。作り直すと別のアドレスになります。`,
		host: (host) => `${host} のエージェントを締め出しますか？`,
		hostLost: "直ちに切断され、再登録には新しいトークンが必要です。受信済みの行は残ります。",
		hostAct: "締め出す",
	},
	storeLine: {
		full: "ハブのディスクに空きがなく、新しい記録を保存できません。",
		fullDo:
			"エージェントが待っているため、失われる行はありません。ディスクを空けるか、保存する量を減らしてください (keep_days、keep_gb)。空きができると自動で再開します。",
		damaged: (n) => `保存ファイル ${n} 個を読み取れません。`,
		damagedDo:
			"そのファイルにあるメールはどの結果にも出ません。バックアップから元の場所に戻し、ハブを起動し直してください。ファイル名と理由の確認:",
	},
	error: {
		pageTitle: "このページを読み込めませんでした",
		page: "このページを開いている間にハブが更新されたようです。読み込み直してください。",
		reload: "読み込み直す",
	},
	signs: {
		title: "経路図の読み方",
		stop: "メールを扱ったホスト。小さい丸はフィルター",
		travelled: "通った経路と、かかった時間",
		tried: "試みた経路",
		outcomes: {
			delivered: "メールボックスに入った(自分のホストで確認)",
			relayed: "監視していないホストが受け取った",
			delayed: "待機中。再送される",
			failed: "拒否された、または配送をあきらめた",
			discarded: "意図して破棄または保留された",
			unknown: "ログがなく、分からない",
		},
	},
};
