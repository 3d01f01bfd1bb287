/** Hosts that only send: what stands in for sendmail(1) there, with a queue of its own (dma, nullmailer) or none (msmtp, sSMTP). */
import type { MessageParser } from "../parsed.ts";
import { parseDma } from "./dma.ts";
import { parseMsmtp } from "./msmtp.ts";
import { parseNullmailer } from "./nullmailer.ts";
import { parseSsmtp } from "./ssmtp.ts";

/** Program → who reads its messages. Debian's init script of nullmailer logs as `nullmailer`, its unit as `nullmailer-send`. */
export const NULL_CLIENTS: readonly [program: string, parser: MessageParser][] = [
	["dma", parseDma],
	["dma-mbox-create", parseDma],
	["nullmailer", parseNullmailer],
	["nullmailer-send", parseNullmailer],
	["msmtp", parseMsmtp],
	["ssmtp", parseSsmtp],
];
