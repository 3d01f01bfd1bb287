/**
 * What the text of a notice names beside recipients: the host that writes, in a report of Exchange, and the message that waits, in a
 * warning of Exim. Only lines of their own at the place where those programs put them.
 */

interface Names {
	reportingMta?: string;
	/** Exim's warning returns nothing of it */
	waiting?: { queueId: string; subject: string };
}

// Exchange, by the reader's language: `Generating server: mx.example.net`
const WRITER =
	/^(?:generating server|generierender server|serveur de génération|servidor de generación|server di generazione|servidor gerador|genererende server|genererande server|serwer generujący|создающий сервер|生成元サーバー|生成サーバー|生成服务器|생성 서버)\s*[:：]\s*(\S{1,255})\s*$/im;

// Exim deliver.c, the text of a warning
const WAITS =
	/^The message identifier is: {1,10}([0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4})\nThe subject of the message is: (.{1,900})$/m;

/** Of the lines of a notice, of which the list of recipients begins at `start`. */
export function readNames(told: readonly string[], start: number): Names {
	const names: Names = {};
	const writer = WRITER.exec(told.slice(start, start + 20).join("\n"))?.[1];
	if (writer !== undefined) names.reportingMta = writer;
	const waits = WAITS.exec(told.slice(0, 20).join("\n"));
	if (waits?.[1] && waits[2]) names.waiting = { queueId: waits[1], subject: waits[2] };
	return names;
}
