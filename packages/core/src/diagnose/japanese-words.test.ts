/**
 * Refusals in Japanese as providers, hosting services and companies' gateways word them, none of which is a rule's sample:
 * that a thing and what is wrong with it are understood in whatever spelling. Where two causes are right, both are named.
 */
import { describe, expect, it } from "vitest";
import { classify } from "./classify.ts";
import { foldJapanese } from "./fold-japanese.ts";
import { normalForm } from "./normal-form.ts";

const REPLIES: Readonly<Record<string, readonly string[]>> = {
	"user-unknown": [
		"550 5.1.1 ご指定のメールアドレスは現在使用されておりません",
		"550 お探しの宛先は当社ドメインに登録がございません",
		"550 5.1.1 宛先アドレスが確認できませんでした",
		"550 5.1.1 送信先アドレスは当サーバに収容されておりません",
		"550 そのアドレスは既に使われていないようです",
		"550 メールアドレスのスペルをご確認ください（宛先が存在しない可能性があります）",
		"550 あて先ユーザなし",
		"メールアドレスが見つからないか、メールを受信できないため、taro@b.example にメールを配信できませんでした。",
		"入力したメール アドレスが見つかりませんでした。受信者のメール アドレスを確認して、メッセージを再送信してください。",
		"550 5.1.1 メールアドレスが間違っている可能性があります。もう一度ご確認ください。",
		"550 該当のメールアカウントは登録されておりません",
		"550 5.1.1 宛先に該当する利用者がおりません",
		"550 受信者アドレスが見つかりませんでした（typo の可能性があります）",
	],
	"user-unknown account-disabled": [
		"550 このメールアドレスは退職により廃止されました",
		"550 お客様が指定された宛先は、現在ご利用になれません",
		"550 ご指定のアカウントは削除されています",
		"550 お送りいただいたアドレスは現在お使いいただけません",
	],
	"user-moved": [
		"551 転居先不明のため配達できません。新アドレスは taro@b.example です",
		"550 アドレス変更のお知らせ: 今後は new@b.example 宛てにお送りください",
		"550 メールアドレスが変更になりました",
	],
	"mailbox-full": [
		"452 4.2.2 メールＢＯＸの容量制限を超過しています",
		"552 受信トレイの保存件数が上限に達しているため、メールを受信できません",
		"552 メールスプールの使用量がクォータを超えました",
		"552 メールボックスがパンク状態です",
		"552 サーバに保管できるメールの容量を超えたため、これ以上受信できません",
		"452 受信者の方のメールボックス使用率が１００％に達しています",
		"552 お預かりできるメールの件数を超過しています",
		"受信者のメールボックスがいっぱいになっていて、今はメッセージを受け取ることができません。",
		"552 メールボックス容量オーバーのため受信できません",
		"552 メールボックスの残り容量が足りません",
		"452 受信箱が満杯です。後で再送してください",
	],
	"mailbox-full host-full": [
		"550 サーバ上のメール保存領域に空きがない為お届けできません",
		"552 受信者のディスク使用量が割当を超えました",
	],
	"host-full": ["452 システムの空き領域が不足しております。しばらくしてから再送してください"],
	"message-too-large": [
		"552 5.3.4 メッセージが大きすぎるため受け付けられません（上限 20MB）",
		"550 本文と添付の合計サイズが規定値を上回っています",
		"552 メール１通あたりの容量が上限（５０メガ）を超過しました",
		"552 ファイルサイズが大きいため送信を中断しました",
		"メッセージのサイズが大きすぎるため、送信先のメール システムに配信できません。",
		"554 メールサイズオーバー",
		"552 受信できるメールの最大サイズ（20MB）を超えているため受信を拒否しました",
		"552 送信しようとしたメール（32MB）は受信側の上限（25MB）を超えています",
	],
	"content-refused": [
		"550 迷惑メールと判断されたため、配信を中止しました",
		"550 スパムメールの可能性が高いため受け取れません",
		"554 当社のスパムフィルタが本メールを遮断しました",
		"550 怪しいリンクが検出されたため受信を見合わせました",
		"550 拡張子 .exe のファイルは送れません",
		"受信者のメール システムがメッセージをスパムと判断したため、配信されませんでした。",
		"554 不審なメールと判定されたため受信しませんでした",
		"550 不正なURLが本文に含まれるためブロックしました",
		"554 5.7.1 添付ファイルのパスワード付きZIPは当社では受け取れません",
		"554 添付ファイル名が不正です",
		"554 スパム判定のため配送しませんでした",
		"554 5.7.1 迷惑メールスコアが高いため拒否",
		"554 添付のマクロ入りExcelは受信禁止です",
	],
	"virus-found": [
		"550 添付ファイルからマルウェアが検知されました",
		"554 ウィルスに感染したファイルが添付されています",
		"554 ウイルスメールと判断し、送信を取りやめました",
		"550 ウイルス感染の疑いがあるファイルを検知しました",
		"554 ウィルス付きメールのため削除しました",
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
		"550 DMARC認証に失敗したメールは受信できません",
		"550 SPF Fail のため受信できません",
	],
	"reverse-name-missing": [
		"550 送信元サーバのPTRレコードが正しく設定されていないため接続を拒否します",
		"550 逆引きと正引きが一致しないサーバからは受け取りません",
		"550 送信元IP 192.0.2.7 の逆引きができません",
	],
	"rate-limited asked-to-retry": ["451 一時的に受信を制限しています。しばらく経ってから再送信してください"],
	"rate-limited sending-limit-reached": [
		"550 一日の送信可能通数を超過しました",
		"421 本日の送信上限に到達しました。明日以降に再度お送りください",
		"550 本日の送信可能件数に達しました",
	],
	greylisted: [
		"451 4.7.1 グレイリスティングにより一時的に受信を拒否しました。再送してください",
		"450 グレイリストにより一時拒否",
	],
	"greylisted asked-to-retry": ["450 4.2.0 初めての送信元のため一時的に拒否しました。再送をお待ちしています"],
	"auth-failed": [
		"535 認証エラー：IDまたはパスワードに誤りがあります",
		"535 ログインできませんでした。IDとパスワードをご確認ください",
		"535 SMTP認証に失敗しました（パスワード誤り）",
	],
	"refused-by-recipient": [
		"550 受信者が着信拒否に設定しています",
		"550 ドメイン指定受信の設定により、お届けできませんでした",
		"550 相手の方が受信を拒否されています",
		"550 携帯電話の迷惑メール対策設定によりブロックされました",
		"550 宛先の方がメールの受信を制限しています",
		"550 受信リスト設定により受信できませんでした",
		"550 携帯電話以外からのメールを受信しない設定になっています",
		"550 受信側の設定により拒否されました",
		"550 お客様が受信拒否している差出人です",
		"550 登録外のメールアドレスからは受信しない設定です",
	],
	"account-disabled": [
		"450 長期間ご利用がないためメールボックスを休止しています",
		"550 アカウントは管理者により停止されました",
		"550 ご契約期間が満了しております",
		"550 契約終了のためご利用いただけません",
		"550 このアカウントはご利用停止中です",
	],
	"refused-by-recipient policy-refused sender-refused": [
		"550 5.7.1 メーリングリストの投稿権限がありません",
		"550 このグループに送信できるのはメンバーだけです",
		"この受信者またはグループに送信する権限がありません。",
	],
	"host-broken": [
		"451 4.3.0 システムエラーが発生しました。管理者にお問い合わせください",
		"451 処理中にエラーが発生しました",
		"451 内部処理エラー",
	],
	"address-blocked dnsbl-listed": ["554 5.7.1 RBLに登録されたIPアドレスからの接続です"],
	"outgoing-check-refused": [
		"550 5.7.1 社外への送信は上長の承認が必要です。承認されませんでした",
		"550 上司の承認が得られなかったため送信を取り消しました",
		"550 上長承認が却下されました",
	],
	"sender-policy sender-refused": [
		"550 送信ドメインの正当性が確認できないため拒否しました",
		"550 差出人のドメインと送信元サーバーが一致しないため拒否しました",
		"550 送信ドメイン（a.example）の認証結果が不正です",
	],
	"not-accepting-mail asked-to-retry": ["451 サーバの負荷が高いため、一時的に受信を停止しています"],
	"rate-limited": [
		"450 連続送信を検知したため一時的に制限しました",
		"421 あなたのサーバからの接続が多すぎます",
		"550 1時間あたりの送信件数を超えました",
		"421 接続数制限を超えました",
		"451 短時間での大量送信を検出しました。しばらくお待ちください",
	],
	"relay-denied": [
		"550 このサーバから外部への転送は行えません",
		"553 当サーバではこの宛先への中継を行っておりません",
	],
	"relay-denied auth-required sender-refused": ["550 当サーバの利用者以外は送信できません"],
	"auth-required": ["550 メール送信にはログインが必要です", "530 先に認証を行ってください"],
	"refused-by-recipient content-refused": ["550 URLリンク付きメール拒否設定"],
	"sender-refused": [
		"553 送信元のメールアドレスは許可されていません",
		"553 差出人メールアドレスが存在しないドメインです",
	],
	"mail-loop": ["554 配送ループを検出しました", "転送設定が循環しています", "メールの転送が10回を超えました"],
	"connect-timeout host-unreachable conversation-timeout": ["送信先サーバーが応答しないため、配送できません"],
	"host-unreachable connect-timeout port-refused": ["SMTPサーバへの接続に失敗しました"],
	"name-not-found": [
		"メールサーバが見つかりません",
		"ご指定のドメインは存在しないようです",
		"ドメイン名が正しくありません",
	],
	"expired-in-queue": [
		"72時間配送を試みましたが、相手に届きませんでした",
		"4日間配送できなかったため、配送を中止しました",
		"再送回数の上限に達したため返送します",
		"保留期間（5日）を経過したため、メールを破棄しました",
	],
	"command-refused": ["500 コマンドを解釈できません"],
	"too-many-recipients": ["552 宛先の件数が上限（50件）を超えています", "452 宛先は50件以内にしてください"],
	"message-malformed": ["554 改行コードが不正です", "550 日付ヘッダがないメールは受信できません"],
	"host-broken host-unreachable": ["451 データベースに接続できないため受信できません"],
	"asked-to-retry not-accepting-mail": ["450 ただいま受け付けることができません。後ほどお試しください"],
	"tls-failed": ["454 暗号化の開始に失敗しました", "TLSのバージョンが古いため接続できませんでした"],
	"dnsbl-listed address-blocked": [
		"554 ブラックリスト(zen.spamhaus.org)に掲載されているため拒否しました 192.0.2.7",
	],
	"sender-refused policy-refused address-blocked": [
		"550 貴ドメインからのメールは当社では受け付けておりません",
	],
	"dynamic-address address-blocked": ["550 家庭用回線からの直接配送はご遠慮ください"],
	"address-blocked policy-refused content-refused unknown": [
		"taro@b.example へのメールはブロックされました。詳しくは下記の技術的な詳細をご覧ください。",
	],
	"mailbox-full rate-limited": [
		"taro@b.example の受信トレイの容量がいっぱいであるか、現在大量のメールが送信されているため、メールは配信されませんでした。",
	],
	"name-not-found name-lookup-failed": [
		"受信者のドメインの DNS にエラーがあるため、配信できませんでした。",
		"DNSの検索に失敗しました",
	],
	"host-unreachable connect-timeout expired-in-queue": [
		"再試行を重ねましたが、受信者のメール システムに接続できませんでした。",
	],
	"account-disabled user-unknown": ["550 送信先ユーザーは既に退会しています"],
	"mailbox-full too-many-recipients rate-limited": ["552 受信可能件数を超えています"],
	"asked-to-retry host-broken account-disabled": ["452 一時的にメールボックスが利用できません"],
	"content-refused refused-by-recipient policy-refused": ["550 迷惑メール対策により受信を拒否しました"],
	"reverse-name-missing sender-refused helo-refused": ["450 送信元ホスト名が確認できません"],
	"address-blocked": [
		"554 送信元IPアドレスが国外のため接続を拒否しました",
		"554 あなたのIPアドレスは拒否リストに登録されています (192.0.2.7)",
		"554 5.7.1 当該IPアドレスからの受信を規制しています",
	],
	"rate-limited not-accepting-mail": ["421 アクセスが多いため接続を制限しています"],
	"asked-to-retry": ["450 しばらく時間を空けてから送信してください"],
	"not-accepting-mail": [
		"451 受信サーバーが混雑しています。自動的に再送されます。",
		"451 ただいまメンテナンスを行っております",
	],
	"relay-denied auth-required": ["550 認証されていない送信元からのリレーは禁止です"],
	"auth-failed account-disabled": ["535 ログインに失敗しました。アカウントがロックされています"],
	"auth-failed auth-required": ["534 アプリパスワードを使用してください"],
	"tls-required tls-failed": [
		"530 STARTTLSを使用してください",
		"550 STARTTLSに対応していないため拒否しました",
	],
	"certificate-invalid": ["証明書の有効期限が切れています", "454 サーバ証明書が信頼できません"],
	"policy-refused": ["550 セキュリティ上の理由により配信できませんでした"],
	"policy-refused account-paused": ["550 利用規約違反のため送信できません"],
	"host-broken host-unreachable not-accepting-mail connect-timeout": [
		"メールサーバが停止しているため配送できませんでした",
	],
	"user-unknown sender-refused message-malformed command-refused": ["553 アドレスの書式が不正です"],
	"message-malformed content-refused": ["554 ヘッダに日本語が直接含まれています"],
	"user-unknown account-disabled user-moved": ["550 社員の異動によりこのアドレスは使用していません"],
	"message-too-large content-refused": ["550 容量の大きい添付ファイルは受信できません"],
	"content-refused virus-found": ["550 フィッシングサイトへのリンクが検出されました"],
	"address-blocked content-refused": ["554 192.0.2.7 はスパム送信元としてブロックされています"],
	"relay-denied policy-refused": ["550 外部ドメイン宛の送信は許可されていません"],
	"sender-refused command-refused": ["501 送信者アドレスの形式が正しくありません"],
	"connect-timeout conversation-timeout": ["相手先サーバーとの通信がタイムアウトしました"],
	"port-refused address-blocked": ["メールサーバへの接続が拒否されました。ポート番号をご確認ください"],
	"host-unreachable": ["宛先ホストに到達できません"],
	"connection-lost": ["通信が切断されたため送信できませんでした"],
	"policy-refused address-blocked": ["550 弊社ポリシーにより海外からのメールは受け取っておりません"],
	"reputation-low sender-policy sender-refused": ["554 送信元の信頼性が確認できません"],
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

describe("addresses within Japanese sentences", () => {
	it.each([
		[
			"宛先が見つからないため、taro@b.example に配信できませんでした",
			"宛先が見つかりませんため、@ に配信できません",
		],
		["taro@b.exampleへのメールはブロックされました", "@へのメールはブロックされました"],
		["「taro@b.example」は存在しません", "「@」は存在しません"],
		["太郎@例え.テスト は存在しません", "@ は存在しません"],
		["このメールは受信 できませんでした", "このメールは受信できません"],
	])("%s", (text, words) => {
		expect(normalForm(text)).toBe(words);
	});
});
