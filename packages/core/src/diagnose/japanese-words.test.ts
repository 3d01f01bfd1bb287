/**
 * Refusals in Japanese as providers, hosting services and companies' gateways word them, none of which is a rule's sample:
 * that a thing and what is wrong with it are understood in whatever spelling. Where two causes are right, both are named.
 */
import { describe, expect, it } from "vitest";
import { classify } from "./classify.ts";
import { foldJapanese } from "./fold-japanese.ts";

const REPLIES: Readonly<Record<string, readonly string[]>> = {
	"user-unknown": [
		"550 5.1.1 ご指定のメールアドレスは現在使用されておりません",
		"550 お探しの宛先は当社ドメインに登録がございません",
		"550 5.1.1 宛先アドレスが確認できませんでした",
		"550 5.1.1 送信先アドレスは当サーバに収容されておりません",
		"550 そのアドレスは既に使われていないようです",
		"550 メールアドレスのスペルをご確認ください（宛先が存在しない可能性があります）",
		"550 あて先ユーザなし",
	],
	"user-unknown account-disabled": [
		"550 このメールアドレスは退職により廃止されました",
		"550 お客様が指定された宛先は、現在ご利用になれません",
	],
	"user-moved": [
		"551 転居先不明のため配達できません。新アドレスは taro@b.example です",
		"550 アドレス変更のお知らせ: 今後は new@b.example 宛てにお送りください",
	],
	"mailbox-full": [
		"452 4.2.2 メールＢＯＸの容量制限を超過しています",
		"552 受信トレイの保存件数が上限に達しているため、メールを受信できません",
		"552 メールスプールの使用量がクォータを超えました",
		"552 メールボックスがパンク状態です",
		"552 サーバに保管できるメールの容量を超えたため、これ以上受信できません",
		"452 受信者の方のメールボックス使用率が１００％に達しています",
		"552 お預かりできるメールの件数を超過しています",
	],
	"mailbox-full host-full": ["550 サーバ上のメール保存領域に空きがない為お届けできません"],
	"host-full": ["452 システムの空き領域が不足しております。しばらくしてから再送してください"],
	"message-too-large": [
		"552 5.3.4 メッセージが大きすぎるため受け付けられません（上限 20MB）",
		"550 本文と添付の合計サイズが規定値を上回っています",
		"552 メール１通あたりの容量が上限（５０メガ）を超過しました",
		"552 ファイルサイズが大きいため送信を中断しました",
	],
	"content-refused": [
		"550 迷惑メールと判断されたため、配信を中止しました",
		"550 スパムメールの可能性が高いため受け取れません",
		"554 当社のスパムフィルタが本メールを遮断しました",
		"550 怪しいリンクが検出されたため受信を見合わせました",
		"550 拡張子 .exe のファイルは送れません",
	],
	"virus-found": [
		"550 添付ファイルからマルウェアが検知されました",
		"554 ウィルスに感染したファイルが添付されています",
		"554 ウイルスメールと判断し、送信を取りやめました",
	],
	"content-refused policy-refused": [
		"550 マクロ付きファイルは当社セキュリティポリシーにより受信を禁止しております",
		"554 本メールはフィッシングメールの恐れがあるため隔離されました",
		"550 添付されたファイルは弊社の規定により受け取ることができません",
	],
	"sender-policy": [
		"550 送信ドメイン認証に失敗しました",
		"550 5.7.26 DMARCポリシーにより拒否されました",
		"550 DKIM署名の検証に失敗しました",
		"550 SPFレコードに送信元IPが含まれていません",
		"550 署名（DKIM）が正しくないメールは受け取れません",
	],
	"reverse-name-missing": [
		"550 送信元サーバのPTRレコードが正しく設定されていないため接続を拒否します",
		"550 逆引きと正引きが一致しないサーバからは受け取りません",
	],
	"rate-limited asked-to-retry": ["451 一時的に受信を制限しています。しばらく経ってから再送信してください"],
	"rate-limited sending-limit-reached": [
		"550 一日の送信可能通数を超過しました",
		"421 本日の送信上限に到達しました。明日以降に再度お送りください",
	],
	greylisted: ["451 4.7.1 グレイリスティングにより一時的に受信を拒否しました。再送してください"],
	"greylisted asked-to-retry": ["450 4.2.0 初めての送信元のため一時的に拒否しました。再送をお待ちしています"],
	"auth-failed": [
		"535 認証エラー：IDまたはパスワードに誤りがあります",
		"535 ログインできませんでした。IDとパスワードをご確認ください",
	],
	"refused-by-recipient": [
		"550 受信者が着信拒否に設定しています",
		"550 ドメイン指定受信の設定により、お届けできませんでした",
		"550 相手の方が受信を拒否されています",
		"550 携帯電話の迷惑メール対策設定によりブロックされました",
	],
	"account-disabled": [
		"450 長期間ご利用がないためメールボックスを休止しています",
		"550 アカウントは管理者により停止されました",
		"550 ご契約期間が満了しております",
	],
	"refused-by-recipient policy-refused sender-refused": [
		"550 5.7.1 メーリングリストの投稿権限がありません",
		"550 このグループに送信できるのはメンバーだけです",
	],
	"host-broken": ["451 4.3.0 システムエラーが発生しました。管理者にお問い合わせください"],
	"address-blocked dnsbl-listed": ["554 5.7.1 RBLに登録されたIPアドレスからの接続です"],
	"outgoing-check-refused": [
		"550 5.7.1 社外への送信は上長の承認が必要です。承認されませんでした",
		"550 上司の承認が得られなかったため送信を取り消しました",
	],
	"sender-policy sender-refused": ["550 送信ドメインの正当性が確認できないため拒否しました"],
	"not-accepting-mail asked-to-retry": ["451 サーバの負荷が高いため、一時的に受信を停止しています"],
	"rate-limited": [
		"450 連続送信を検知したため一時的に制限しました",
		"421 あなたのサーバからの接続が多すぎます",
	],
	"relay-denied": ["550 このサーバから外部への転送は行えません"],
	"relay-denied auth-required sender-refused": ["550 当サーバの利用者以外は送信できません"],
	"auth-required": ["550 メール送信にはログインが必要です"],
	"refused-by-recipient content-refused": ["550 URLリンク付きメール拒否設定"],
	"sender-refused": ["553 送信元のメールアドレスは許可されていません"],
	"mail-loop": ["554 配送ループを検出しました"],
	"connect-timeout host-unreachable conversation-timeout": ["送信先サーバーが応答しないため、配送できません"],
	"host-unreachable connect-timeout port-refused": ["SMTPサーバへの接続に失敗しました"],
	"name-not-found": ["メールサーバが見つかりません", "ご指定のドメインは存在しないようです"],
	"expired-in-queue": ["72時間配送を試みましたが、相手に届きませんでした"],
	"command-refused": ["500 コマンドを解釈できません"],
	"too-many-recipients": ["552 宛先の件数が上限（50件）を超えています"],
	"message-malformed": ["554 改行コードが不正です"],
	"host-broken host-unreachable": ["451 データベースに接続できないため受信できません"],
	"asked-to-retry not-accepting-mail": ["450 ただいま受け付けることができません。後ほどお試しください"],
	"tls-failed": ["454 暗号化の開始に失敗しました"],
	"dnsbl-listed address-blocked": [
		"554 ブラックリスト(zen.spamhaus.org)に掲載されているため拒否しました 192.0.2.7",
	],
	"sender-refused policy-refused address-blocked": [
		"550 貴ドメインからのメールは当社では受け付けておりません",
	],
	"dynamic-address address-blocked": ["550 家庭用回線からの直接配送はご遠慮ください"],
};

describe.each(Object.entries(REPLIES))("%s", (causes, replies) => {
	it.each(replies.map((reply) => [reply]))("%s", (reply) => {
		expect(causes.split(" ")).toContain(classify({ reply }).verdict.cause);
	});
});

describe("one spelling of Japanese", () => {
	it.each([
		["ﾒｰﾙﾎﾞｯｸｽ", "メールボックス"],
		["サーバー側のエラー", "サーバ側のエラ"],
		["ウィルス", "ウイルス"],
		["受信 できません", "受信できません"],
		["お届け出来ませんでした", "お届けできません"],
		["登録されておりません", "登録されていません"],
		["一致しません", "一致しません"],
		["合致致しません", "合致しません"],
		["ＭＸ　レコード", "mx レコード"],
	])("%s", (text, folded) => {
		expect(foldJapanese(text)).toBe(folded);
	});

	it("leaves other scripts as they are, in small letters", () => {
		expect(foldJapanese("Почтовый ящик НЕ найден")).toBe("почтовый ящик не найден");
		expect(foldJapanese("Empfänger ungültig")).toBe("empfänger ungültig");
	});
});
