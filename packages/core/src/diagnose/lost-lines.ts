/** Log lines that the host's own logging threw away: what happened and what to run so that it does not again, in both languages. */
import type { Language } from "./diagnosis.ts";
import type { StallText } from "./log-stall.ts";

/** as an agent reports it (`wire/agent-messages.ts`) */
export interface LostLinesFacts {
	/** 0: it has begun, the number is not known yet */
	lines: number;
	/** `journald`, `forwarding` (from journald to a syslog daemon), `rsyslog`; a newer agent may know more */
	by: string;
	/** a unit, a module of rsyslog's */
	of: string;
}

interface Words {
	journald: (count: string, of: string) => StallText;
	forwarding: (count: string) => StallText;
	rsyslog: (count: string, of: string) => StallText;
	other: (count: string, by: string) => StallText;
	some: string;
	lost: string;
	/** journald forwards beside what it stores */
	stored: string;
}

/** journald.conf(5): either value 0 turns rate limiting off */
const NO_LIMIT =
	"`mkdir -p /etc/systemd/journald.conf.d && printf '[Journal]\\nRateLimitIntervalSec=0\\n' > /etc/systemd/journald.conf.d/rate-limit.conf && systemctl restart systemd-journald`";
const MODULES = "`grep -n 'imuxsock\\|imjournal' /etc/rsyslog.conf /etc/rsyslog.d/*`";
const SOCKET = '`module(load="imuxsock" SysSock.RateLimit.Interval="0")`';
const JOURNAL = '`module(load="imjournal" StateFile="imjournal.state" ratelimit.interval="0")`';
const RESTART = "`systemctl restart rsyslog`";
const QUEUE = "`sysctl -w net.unix.max_dgram_qlen=4096 && systemctl restart rsyslog`";
const AGENT = '`sources = ["journal"]`';

const EN: Words = {
	journald: (count, of) => ({
		title: `journald's rate limit threw ${count} lines of ${of} away`,
		steps: [`Take the limit off: ${NO_LIMIT}.`],
	}),
	forwarding: (count) => ({
		title: `the syslog daemon did not keep up: ${count} lines never reached its files`,
		steps: [
			`Let the agent read the journal itself, which has them: ${AGENT} in /etc/mailtrail/agent.toml, then \`systemctl restart mailtrail-agent\`.`,
			`Or give the daemon more room: ${QUEUE}.`,
		],
	}),
	rsyslog: (count, of) => ({
		title: `rsyslog's rate limit (${of}) threw ${count} lines away`,
		steps: [
			`Find where the module is loaded: ${MODULES}.`,
			`Take its limit off there: ${of === "imjournal" ? JOURNAL : SOCKET}, then ${RESTART}.`,
		],
	}),
	other: (count, by) => ({ title: `${by} threw ${count} lines away`, steps: [] }),
	some: "some",
	lost: "These lines are in no log; what happened to the mail they told of, only the queue and the next hosts know.",
	stored: "The journal may still have these lines: `journalctl SYSLOG_FACILITY=2`.",
};

const JA: Words = {
	journald: (count, of) => ({
		title: `journald の流量制限により ${of} のログ ${count}行が捨てられました`,
		steps: [`制限を外します: ${NO_LIMIT}。`],
	}),
	forwarding: (count) => ({
		title: `syslog デーモンの処理が追いつかず、${count}行がファイルに書かれませんでした`,
		steps: [
			`ジャーナルには残っているので、エージェントにジャーナルを読ませます: /etc/mailtrail/agent.toml に ${AGENT}、そのあと \`systemctl restart mailtrail-agent\`。`,
			`または、デーモンの受信待ちを増やします: ${QUEUE}。`,
		],
	}),
	rsyslog: (count, of) => ({
		title: `rsyslog(${of})の流量制限により ${count}行が捨てられました`,
		steps: [
			`モジュールを読み込んでいる場所を探します: ${MODULES}。`,
			`そこで制限を外します: ${of === "imjournal" ? JOURNAL : SOCKET}、そのあと ${RESTART}。`,
		],
	}),
	other: (count, by) => ({ title: `${by} が ${count}行を捨てました`, steps: [] }),
	some: "一部の",
	lost: "捨てられた行はどのログにもありません。そのメールがどうなったかは、キューと次のホストだけが知っています。",
	stored: "ジャーナルにはまだ残っていることがあります: `journalctl SYSLOG_FACILITY=2`。",
};

/** What to tell of lost lines; commands stand between backquotes. */
export function describeLoss({ lines, by, of }: LostLinesFacts, lang: Language): StallText {
	const words = lang === "ja" ? JA : EN;
	const count = lines === 0 ? words.some : lang === "ja" ? `${lines} ` : String(lines);
	const text = textFor(words, count, by, of);
	return { title: text.title, steps: [...text.steps, by === "forwarding" ? words.stored : words.lost] };
}

function textFor(words: Words, count: string, by: string, of: string): StallText {
	switch (by) {
		case "journald":
			return words.journald(count, of);
		case "forwarding":
			return words.forwarding(count);
		case "rsyslog":
			return words.rsyslog(count, of);
		default:
			return words.other(count, by);
	}
}
