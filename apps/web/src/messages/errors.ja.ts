/**
 * ハブのエラーを日本語で。鍵は `apps/hub/docs/errors.md` のコードで、過不足はテストが見つける。英語はハブの文をそのまま使う。
 * 一般の読み込みを軽く保つため、必要になったときにだけ取り寄せる。
 */
export const errorsJa: Readonly<Record<string, string>> = {
	"not-signed-in":
		"先にサインインしてください。ハブで `mailtrail-hub link` を実行し、表示されたアドレスを開きます。",
	"sign-in-failed": "名前、パスワード、またはコードが違います。",
	"code-needed": "パスワードは合っています。認証アプリのコードか、回復コードも入力してください。",
	locked:
		"このアカウントで間違いが続いたため、しばらく受け付けません。時間がたてば使えます。管理者がリンクを作ることもできます。",
	"not-allowed": "この役割（またはトークン）では許可されていません。",
	"second-factor-needed": "このハブでは全員に 2 段階認証が必要です。先に「設定」で登録してください。",
	"name-taken": "この名前はすでに使われています。",
	"account-not-found": "このアカウントはありません。",
	"owner-stays":
		"ハブ自身のアカウントは管理者のままです。ハブで発行したリンクは、このアカウントでサインインします。",
	"password-weak":
		"このパスワードは推測されやすすぎます。いくつかの単語を並べるか、パスワードマネージャーで作ってください。",
	"password-wrong": "現在のパスワードが違います。",
	"code-wrong": "コードが違うか、古いか、使用済みです。次のコードを待ってください。",
	"second-factor-there": "2 段階認証はすでにあります。先に解除してください。",
	"too-many-tokens": "トークンが 500 個あります。使っていないものを失効させてください。",
	"alert-rule-not-found": "この警告の規則はありません。",
	"channel-not-found": "この通知先はありません。",
	"too-many-rules": "数が多すぎます。不要なものを削除してください。",
	"query-not-allowed":
		"アドレスが伏せられている役割では、完全なアドレスかドメインで検索してください。ワイルドカードや応答の語句は使えません。",
	"no-recording": "このハブにはサンプルが入っていません。リポジトリの `npm start -- --sample` で見られます。",
	"wrong-origin": "別のサイトのページからの要求のため、応じません。",
	"sign-in-key-used":
		"このサインインリンクは使用済みか期限切れです。ハブで `mailtrail-hub link` を実行し、新しいリンクを作ってください。",
	"enrolment-token-invalid":
		"この登録トークンは無効、使用済み、または期限切れです。ハブで `mailtrail-hub token` を実行し、新しく作ってください。",
	"host-already-enrolled":
		"この名前のホストにはエージェントがあります。鍵を替えるには `mailtrail-hub token --host NAME` でトークンを作ってください。",
	"host-mismatch": "この登録トークンは別のホスト名のものです。",
	"host-name-invalid":
		"ホスト名に使えるのは、英数字、ピリオド、ハイフン、アンダースコアで、255 文字までです。",
	"public-key-invalid": "publicKey は Ed25519 公開鍵（SPKI、base64）にしてください。",
	"agent-not-found": "このエージェントは登録されたことがありません。",
	"sharing-off":
		"このハブでは、アカウントなしで開けるリンクは許可されていません。管理者が「設定」で許可できます。",
	"too-many-shares": "リンクが 1,000 個あります。不要なものを取り消してください。",
	"share-ended": "このリンクは期限が切れたか、取り消されました。送信者に新しいリンクを依頼してください。",
	"journey-not-found": "このメールは保存されていません。",
	"host-not-connected":
		"このホストのエージェントは接続していないため、何も頼めません。理由は「ホスト」のページにあります。",
	"command-not-allowed": "ホスト側の agent.toml が、この操作を許可していません。",
	"command-too-many": "このホストへの依頼が続きすぎました。1 分ほど待ってください。",
	"command-failed": "ホストで実行しましたが、失敗しました。",
	"cursor-invalid": "続きの位置が正しくありません。最初のページから検索し直してください。",
	"import-refused": "これらの行は取り込めませんでした。",
	"request-invalid": "入力の形式が正しくありません。",
	"too-large": "要求が大きすぎます。",
	"too-many-requests": "回数が多すぎます。1 分待ってから、もう一度試してください。",
	"too-busy": "ハブが混み合っています。少し待ってから、もう一度試してください。",
	"not-found": "このアドレスには何もありません。",
	internal: "ハブが応答に失敗しました。理由はハブのログにあります。",
};

/** ハブの文がその場の事情を述べるもの。訳の後に添える。 */
export const SAYS_MORE: ReadonlySet<string> = new Set([
	"not-allowed",
	"command-failed",
	"command-not-allowed",
	"host-not-connected",
	"import-refused",
	"request-invalid",
]);
