/** A mail log that has stopped being written: what happened, what it means, and what to run, in both languages. */
import type { Language } from "./diagnosis.ts";

/** as an agent reports it (`wire/agent-messages.ts`) */
export type StallCauseId = "deleted" | "replaced" | "syslog-down" | "disk-full" | "not-written";

export interface StallText {
	/** one sentence, without a full stop */
	title: string;
	/** what to do, in order; commands stand between backquotes */
	steps: string[];
}

interface Words {
	titles: Readonly<Record<StallCauseId, (path: string) => string>>;
	steps: Readonly<Record<StallCauseId, (path: string) => readonly string[]>>;
	/** lines of the time in between */
	lost: string;
}

const EN: Words = {
	titles: {
		deleted: (path) => `${path} was deleted, and the syslog daemon still writes to the deleted file`,
		replaced: (path) => `${path} was overwritten or replaced, and lines do not arrive in it any more`,
		"syslog-down": (path) => `no syslog daemon runs, so nothing is written to ${path}`,
		"disk-full": (path) => `the disk is full, so nothing can be written to ${path}`,
		"not-written": (path) => `${path} is not written any more`,
	},
	steps: {
		deleted: () => [
			"Let the daemon open its files anew: `systemctl restart rsyslog` (without systemd: `/etc/init.d/rsyslog restart`).",
		],
		replaced: () => [
			"Let the daemon open its files anew: `systemctl restart rsyslog` (without systemd: `/etc/init.d/rsyslog restart`).",
			"If it stays so, look whether owner and mode of the file let the daemon write: `ls -l` beside an older log.",
		],
		"syslog-down": () => [
			"Start it: `systemctl restart rsyslog` (without systemd: `/etc/init.d/rsyslog restart`).",
			"Why it ended: `journalctl -u rsyslog -n 50`.",
		],
		"disk-full": (path) => [
			`Make room: \`df -h ${folderOf(path)}\`, then delete or move what is large and old (\`du -xsh ${folderOf(path)}/*\`).`,
			"Then restart the daemon: `systemctl restart rsyslog`.",
		],
		"not-written": () => [
			"Restart the daemon: `systemctl restart rsyslog` (without systemd: `/etc/init.d/rsyslog restart`).",
			"Look whether it drops lines: `journalctl -u rsyslog -n 50`, and `journalctl -u systemd-journald -g Suppressed` for a rate limit.",
			"Look whether the mail facility goes to another file: `grep -rn mail /etc/rsyslog.conf /etc/rsyslog.d`.",
		],
	},
	lost: "What was logged in between can be lost; what happened to mail of that time, only the queue and the next hosts know.",
};

const JA: Words = {
	titles: {
		deleted: (path) => `${path} が削除され、syslog デーモンは削除されたファイルに書き続けています`,
		replaced: (path) => `${path} が上書きまたは置き換えられ、ログが記録されなくなっています`,
		"syslog-down": (path) => `syslog デーモンが動いていないため、${path} に何も記録されません`,
		"disk-full": (path) => `ディスクに空きがないため、${path} に記録できません`,
		"not-written": (path) => `${path} が更新されなくなっています`,
	},
	steps: {
		deleted: () => [
			"デーモンにファイルを開き直させます: `systemctl restart rsyslog`(systemd がなければ `/etc/init.d/rsyslog restart`)。",
		],
		replaced: () => [
			"デーモンにファイルを開き直させます: `systemctl restart rsyslog`(systemd がなければ `/etc/init.d/rsyslog restart`)。",
			"直らない場合は、ファイルの所有者と権限でデーモンが書き込めるか確認します: 古いログと並べて `ls -l`。",
		],
		"syslog-down": () => [
			"起動します: `systemctl restart rsyslog`(systemd がなければ `/etc/init.d/rsyslog restart`)。",
			"止まった理由を調べます: `journalctl -u rsyslog -n 50`。",
		],
		"disk-full": (path) => [
			`空きを作ります: \`df -h ${folderOf(path)}\` で確認し、大きく古いものを削除または移動します(\`du -xsh ${folderOf(path)}/*\`)。`,
			"そのあとデーモンを再起動します: `systemctl restart rsyslog`。",
		],
		"not-written": () => [
			"デーモンを再起動します: `systemctl restart rsyslog`(systemd がなければ `/etc/init.d/rsyslog restart`)。",
			"行が捨てられていないか確認します: `journalctl -u rsyslog -n 50`、流量制限なら `journalctl -u systemd-journald -g Suppressed`。",
			"mail ファシリティが別のファイルに書かれていないか確認します: `grep -rn mail /etc/rsyslog.conf /etc/rsyslog.d`。",
		],
	},
	lost: "その間の記録は失われていることがあります。その時間のメールがどうなったかは、キューと次のホストだけが知っています。",
};

/** `path`: of the log. */
export function describeStall(cause: StallCauseId, path: string, lang: Language): StallText {
	const words = lang === "ja" ? JA : EN;
	return { title: words.titles[cause](path), steps: [...words.steps[cause](path), words.lost] };
}

function folderOf(path: string): string {
	return path.slice(0, path.lastIndexOf("/")) || "/";
}
