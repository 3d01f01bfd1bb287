/** 確認結果の日本語の文。 */
import type { CheckTexts } from "./check-text.ts";

export const JA: CheckTexts = {
	findings: {
		resolved: "{name} は {addresses} です",
		"resolved-elsewhere": "{name} 自体のアドレスは見つかりませんが、メールには必要ありません",
		"address-given": "{name} は IP アドレスなので、名前解決は不要です",
		"name-not-found": "{name} という名前は存在しません",
		"no-address": "{name} は存在しますが、アドレス(A も AAAA も)がありません",
		"lookup-timeout": "{name} について DNS サーバーから応答がありません",
		"lookup-failed": "{name} について DNS サーバーがエラーを返しました({error})",
		"mx-found": "{name} 宛のメールは {hosts} に送られます",
		"mx-none": "{name} に MX レコードはなく、そのホスト自体に送られます",
		"mx-null": "{name} はメールを受け取らないと宣言しています(null MX、RFC 7505)",
		"mx-unresolved": "{name} 宛のメールは {hosts} に送られますが、どの名前にもアドレスがありません",
		"mx-alias":
			"{name} 宛のメールは {hosts} に送られます。{alias} は別名(CNAME)で、MX には使えない名前です(RFC 2181)",
		answers: "{address} は応答しています({how})",
		silent: "{address} は ping にもポート {ports} にも応答しません",
		"no-route": "このマシンから {address} への経路がありません({error})",
		"port-open": "{address} のポート {port} に接続できました",
		"port-refused": "{address} はポート {port} への接続を拒否しました",
		"port-timeout": "{address} のポート {port} は {seconds} 秒以内に応答しませんでした",
		"port-unreachable": "{address} のポート {port} に接続できません: {error}",
		greeted: "最初の応答: {reply}",
		"greeting-refused": "最初の応答で拒否されました: {reply}",
		"no-greeting": "接続はできましたが、{seconds} 秒以内に最初の応答がありません",
		closed: "相手が接続を閉じました({when})",
		"not-smtp": "応答したのはメールサーバーではありません: {reply}",
		"ehlo-accepted": "対応している機能: {extensions}",
		"ehlo-refused": "EHLO {name} が拒否されました: {reply}",
		"tls-started": "{protocol}、{cipher} で暗号化されました",
		"tls-not-offered": "ポート {port} では暗号化(STARTTLS)が提供されていません",
		"tls-refused": "STARTTLS を提示しながら拒否しました: {reply}",
		"tls-failed": "TLS の接続に失敗しました: {error}",
		"certificate-valid": "証明書: {names}(発行者 {issuer})、残り {days} 日",
		"certificate-near-end": "証明書: {names}(発行者 {issuer})、あと {days} 日で期限が切れます",
		"certificate-expired": "{names} の証明書は {until} に期限が切れています",
		"certificate-name": "証明書は {names} のもので、{host} のものではありません",
		"certificate-untrusted": "証明書を信頼できません: {error}",
		"policy-broken": "{policy} が求める証明書の条件を満たしていません: {error}",
		"auth-offered": "ログイン方式: {mechanisms}",
		"auth-not-offered": "ログインは提供されていません",
		"auth-in-clear": "暗号化なしでログインを受け付けています: {mechanisms}",
		"ptr-confirmed": "こちらのアドレス {own} の逆引きは {name} で、正引きも一致します",
		"ptr-missing": "こちらのアドレス {own} に逆引き(PTR)がありません",
		"ptr-unconfirmed":
			"こちらのアドレス {own} の逆引きは {name} ですが、{name} の正引きは {own} ではありません",
		"ptr-unknown": "こちらのアドレス {own} の逆引きを調べられませんでした({error})",
		"own-address-private":
			"こちらのアドレス {own} はプライベートアドレスです。相手から見えるアドレスは、この確認では分かりません",
		"not-listed": "こちらのアドレス {own} は {list} に登録されていません",
		listed: "こちらのアドレス {own} は {list} に登録されています{answer}",
		"list-unusable": "{list} から有効な応答が得られません: {error}",
	},
	verdicts: {
		reachable: {
			title: "{target} に接続できます",
			explanation: "名前解決、ポート、SMTP のやり取りに問題はありません({where})。メールは送信していません。",
			steps: [
				"それでもメールが届かない場合、原因は経路ではありません。そのメールを検索し、相手の応答を確認してください。",
			],
		},
		"partly-reachable": {
			title: "{target} に接続できますが、一部の経路は使えません",
			explanation: "{where} は問題なく、メールは届きます。{failed}",
			steps: [
				"メールは別の経路で届きますが、遅れることがあります。遅れが問題なら、失敗した経路を直してください。",
			],
		},
		"name-not-found": {
			title: "{name} という名前はありません",
			explanation: "DNS サーバーがこの名前は存在しないと答えたため、どのメールソフトも接続できません。",
			steps: [
				"つづりを一文字ずつ確認してください。ほとんどの場合、アドレスまたはメールソフトの設定の入力間違いです。",
				"名前が正しい場合、ドメインの登録が切れていないか確認してください。",
			],
		},
		"no-address": {
			title: "{name} にはアドレスがありません",
			explanation: "A も AAAA も、先へ導く MX もないため、誰も接続できません。",
			steps: [
				"名前を確認してください。メールサーバーは別の名前(mail.…、smtp.… など)のことが多くあります。",
				"名前が正しい場合、所有者がアドレスか MX レコードを追加する必要があります。",
			],
		},
		"name-lookup-failed": {
			title: "{name} の名前解決ができません",
			explanation:
				"DNS サーバーから有効な応答がありませんでした({error})。名前自体は存在するかもしれません。",
			steps: [
				"同じホストから別の名前を調べてください。それも失敗するなら、そのホストの DNS 設定(/etc/resolv.conf)が原因です。",
				"この名前だけが失敗するなら、相手ドメインの DNS サーバーの障害です。直せるのは所有者だけで、その間メールはキューで待ちます。",
			],
		},
		"null-mx": {
			title: "{name} はメールを受け取りません",
			explanation: "所有者が DNS でそう宣言しています(null MX、RFC 7505)。送ったメールはすぐに返送されます。",
			steps: ["受信者に別のアドレスを聞いてください。このドメインにメールが届くことはありません。"],
		},
		"mx-unresolved": {
			title: "{name} のメールサーバーにアドレスがありません",
			explanation: "このドメインのメールサーバーは {hosts} とされていますが、どれも名前解決ができません。",
			steps: [
				"電話や Web フォームなど別の方法で {name} の所有者に知らせてください。MX レコードを直せるのは所有者だけです。",
				"メールはキューに残り、保持期間が過ぎると返送されます。",
			],
		},
		"port-refused": {
			title: "{where} は接続を拒否しています",
			explanation:
				"ホストは動いています。ポート {port} では何も待ち受けていないか、こちらには閉じられていると、すぐに応答がありました。",
			steps: [
				"ポート番号を確認してください。25 はサーバー間、587 と 465 はログインするメールソフト用です。",
				"番号が正しければ、相手のメールサービスが止まっているか、ファイアウォールがこちらを拒否しています。相手の管理者に問い合わせてください。",
				"{host} が自分のサーバーなら、メールサービスが動いているか、どのアドレスで待ち受けているかを確認してください(ss -ltnp)。",
			],
		},
		"timeout-host-answers": {
			title: "ホストは応答しますが、{where} のポート {port} には接続できません",
			explanation:
				"ホスト自体は応答しています({how})が、ポート {port} への接続には何の応答もなく、途中で捨てられています。",
			steps: [
				"別の回線から試してください。つながるなら、こちらの回線か事業者がポート {port} を閉じています(25 ではよくあります)。587 を使うか、事業者に開放を依頼してください。",
				"こちらのファイアウォールやセキュリティソフトが、外向きのメールを止めていないか確認してください。",
				"どこからもつながらないなら、サーバー側で許可されていません。相手の管理者にこちらのアドレスの許可を依頼してください。",
				"設定のポート番号が正しいか確認してください。",
			],
		},
		"timeout-silent": {
			title: "{where} は応答しません",
			explanation:
				"ポート {port} も、このホストのほかのポートも応答しません。停止しているか、ファイアウォールがこちらからの通信をすべて捨てています。",
			steps: [
				"別のホストから確認してください。そこからつながるなら、こちらとの間のファイアウォールが原因です。",
				"同じホストから別の宛先のポート {port} を試してください。それも失敗するなら、外向きの通信が閉じられています(申請するまで 25 番を閉じている事業者は多くあります)。",
				"どこからもつながらないなら、相手のホストが停止しています。待つか、電話で相手の管理者に知らせてください。",
			],
		},
		unreachable: {
			title: "ここから {where} への経路がありません",
			explanation: "ネットワークのエラー: {error}",
			steps: [
				"こちらのホストのネットワーク設定(アドレス、デフォルトルート、相手が IPv6 だけなら IPv6 の有無)を確認してください。",
				"ほかの宛先につながるなら、途中の経路か相手側の事業者の問題です。",
			],
		},
		"no-greeting": {
			title: "{where} は接続を受けたまま応答しません",
			explanation: "メールサーバーは最初に自分から応答するものですが、時間内に応答がありませんでした。",
			steps: [
				"数分後にもう一度試してください。混雑しているサーバーや、知らない相手をわざと待たせるサーバーは応答が遅れます。",
				"465 番は最初から TLS です。587 ではなく --port 465 で試してください。",
				"続くようなら、相手の管理者に問い合わせてください。メールを検査するファイアウォールが止めていることもあります。",
			],
		},
		"connection-lost": {
			title: "{where} は接続を切断します",
			explanation: "接続を受けたあと、何も言わずに切断しました({when})。",
			steps: [
				"もう一度試してください。毎回起きるなら意図的な切断で、たいていはこちらのアドレスが理由です。",
				"こちらのアドレスの逆引き(PTR)とブロックリストへの登録を確認し、相手の管理者に問い合わせてください。",
			],
		},
		"not-smtp": {
			title: "{where} で応答したのはメールサーバーではありません",
			explanation: "応答はありますが、SMTP ではありません: {reply}",
			steps: ["ポート番号と、途中に認証画面やプロキシがないかを確認してください。"],
		},
		"tls-failed": {
			title: "{where} と暗号化した接続ができません",
			explanation: "接続はできますが、TLS の取り決めに失敗しました: {error}",
			steps: [
				"相手が古い場合、TLS 1.0 や弱い鍵しか使えず、今のシステムでは拒否されます。相手の更新が必要です。",
				"メールサーバーなら暗号化なしの配送を許すこともできます(Postfix: smtp_tls_security_level = may)。この宛先だけに限ってください。",
			],
		},
		"tls-missing": {
			title: "{where} は暗号化を提供していません",
			explanation: "メールソフト用のポートはログインの前に暗号化が必要ですが、提供されていません。",
			steps: [
				"このポートではログインしないでください。パスワードが読める形で流れます。",
				"465 番を使うか、サーバーで STARTTLS を有効にしてください。",
			],
		},
		"certificate-bad": {
			title: "{where} の証明書に問題があります",
			explanation:
				"{error} メールソフトは警告または拒否し、正しい証明書を求めるメールサーバーは配送しません。",
			steps: [
				"自分のサーバーなら、{host} の名前で中間証明書も含めて証明書を更新し、メールサービスに読み込ませてください。",
				"相手のサーバーなら管理者に知らせてください。メールソフト側で検証を無効にしないでください。",
			],
		},
		"reverse-name-missing": {
			title: "{target} に接続できますが、こちらのアドレスの逆引きに問題があります",
			explanation: "{ptr}。このようなアドレスからのメールを拒否する宛先は多くあります。",
			steps: [
				"アドレスを提供している事業者に、PTR レコードをメールサーバーが EHLO で名乗る名前に設定するよう依頼してください。",
				"その名前に、同じアドレスの A(または AAAA)レコードを設定してください。",
			],
		},
		listed: {
			title: "{target} に接続できますが、こちらのアドレスがブロックリストに登録されています",
			explanation: "{listed}。このリストを使う宛先は、こちらからのメールを拒否します。",
			steps: [
				"まず原因を止めてください。送るべきでないものを送っているアカウントやプログラムを探します。",
				"次に、リストのサイトでアドレスを確認し、解除を申請してください。",
			],
		},
	},
	others: "失敗した経路: {list}。",
	said: "接続はできますが、{where} 自身が拒否しています: {reply}",
	lookupLink: "ブロックリストでアドレスを確認",
};
