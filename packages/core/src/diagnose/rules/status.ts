/**
 * What the enhanced status (RFC 3463 and its registry) or the bare reply code says when the words said nothing. Last,
 * because a bare 5.1.1 often lies. Keys are `subject.detail`, without the class.
 */
import type { SmtpStage } from "../../event/index.ts";
import type { CauseId, Reason } from "../cause.ts";

export interface StatusMeaning {
	cause: CauseId;
	reason?: Reason;
}

const means = (cause: CauseId, reason?: Reason): StatusMeaning => (reason ? { cause, reason } : { cause });

const STATUS: Readonly<Record<string, StatusMeaning>> = {
	"1.0": means("user-unknown"),
	"1.1": means("user-unknown"),
	"1.2": means("name-not-found"),
	"1.3": means("user-unknown"),
	"1.4": means("refused-by-recipient"),
	"1.6": means("user-moved"),
	"1.7": means("sender-refused"),
	"1.8": means("sender-refused"),
	"1.9": means("host-broken"),
	"1.10": means("not-accepting-mail"),
	"2.0": means("refused-by-recipient"),
	"2.1": means("account-disabled"),
	"2.2": means("mailbox-full"),
	"2.3": means("message-too-large", "exceedlimit"),
	"2.4": means("refused-by-recipient"),
	"3.0": means("host-broken"),
	"3.1": means("host-full"),
	"3.2": means("not-accepting-mail"),
	"3.3": means("host-broken"),
	"3.4": means("message-too-large"),
	"3.5": means("host-broken"),
	"4.0": means("host-unreachable"),
	"4.1": means("connect-timeout"),
	"4.2": means("connection-lost"),
	"4.3": means("host-broken"),
	"4.4": means("name-not-found"),
	"4.5": means("host-full"),
	"4.6": means("mail-loop"),
	"4.7": means("expired-in-queue"),
	"4.14": means("mail-loop"),
	"4.300": means("expired-in-queue"),
	"4.310": means("name-not-found"),
	"4.312": means("name-lookup-failed"),
	"4.315": means("connect-timeout"),
	"4.316": means("expired-in-queue"),
	"4.318": means("connection-lost"),
	"5.1": means("command-refused"),
	"5.2": means("command-refused"),
	"5.3": means("too-many-recipients"),
	"5.4": means("command-refused"),
	"5.5": means("command-refused"),
	"5.6": means("auth-failed"),
	"6.0": means("content-refused"),
	"6.1": means("content-refused"),
	"6.2": means("content-refused"),
	"6.3": means("content-refused"),
	"6.7": means("content-refused"),
	"6.9": means("content-refused"),
	"7.8": means("auth-failed"),
	"7.12": means("auth-failed"),
	"7.14": means("auth-required"),
	"7.16": means("message-too-large"),
	"7.10": means("tls-failed"),
	"7.11": means("tls-failed"),
	// RFC 5248: the account that logged in
	"7.13": means("account-paused"),
	"7.17": means("user-moved"),
	"7.18": means("name-not-found"),
	"7.20": means("sender-policy"),
	"7.21": means("sender-policy"),
	"7.22": means("sender-policy"),
	"7.23": means("sender-policy"),
	"7.24": means("sender-policy"),
	"7.25": means("reverse-name-missing"),
	"7.26": means("sender-policy"),
	"7.27": means("sender-refused", "notaccept"),
	"7.28": means("rate-limited"),
	"7.29": means("tls-required"),
	"7.30": means("tls-failed"),
	// Exchange Online: delivery restrictions of a mailbox or group
	"7.124": means("refused-by-recipient", "securityerror"),
	"7.129": means("refused-by-recipient", "securityerror"),
	"7.133": means("refused-by-recipient", "securityerror"),
	"7.134": means("refused-by-recipient", "securityerror"),
	"7.135": means("refused-by-recipient", "securityerror"),
	"7.136": means("refused-by-recipient", "securityerror"),
	"7.193": means("refused-by-recipient", "securityerror"),
	"7.320": means("certificate-invalid"),
	"7.321": means("tls-failed"),
	"7.322": means("certificate-invalid"),
	"7.323": means("certificate-invalid"),
	"7.324": means("certificate-invalid"),
	"7.325": means("certificate-invalid"),
	"7.509": means("sender-policy"),
	"7.515": means("sender-policy"),
	"7.705": means("rate-limited"),
	"7.708": means("address-blocked"),
};

/** `5.7.25` → what the registry says of it; undefined for codes that say nothing (`5.0.0`). */
export function statusMeaning(status: string): StatusMeaning | undefined {
	const key = status.slice(status.indexOf(".") + 1);
	if (Object.hasOwn(STATUS, key)) return STATUS[key];
	const [subject, detail] = key.split(".");
	// Exchange Online keeps 606 to 649 for addresses that it refuses
	if (subject === "7" && Number(detail) >= 606 && Number(detail) <= 649) return means("address-blocked");
	if (subject === "7") return means("policy-refused", "securityerror");
	return subject === "6" ? means("content-refused") : undefined;
}

/** RFC 5321 section 4.2.3; what a 550 means depends on the command that it answers. */
export function codeMeaning(code: number, stage: SmtpStage | undefined): StatusMeaning | undefined {
	switch (code) {
		case 452:
			return means("host-full");
		case 500:
		case 501:
		case 502:
		case 503:
		case 504:
			return means("command-refused");
		case 521:
		case 556:
			return means("not-accepting-mail");
		case 530:
			return means("auth-required");
		case 534:
		case 535:
			return means("auth-failed");
		case 538:
			return means("tls-failed");
		case 551:
			return means("user-moved");
		case 552:
			return means("mailbox-full");
		default:
			return code >= 550 ? stageMeaning(stage) : undefined;
	}
}

function stageMeaning(stage: SmtpStage | undefined): StatusMeaning | undefined {
	switch (stage) {
		case "CONNECT":
		case "HELO":
		case "EHLO":
			return means("address-blocked");
		case "MAIL":
			return means("sender-refused");
		case "RCPT":
			return means("user-unknown");
		case "DATA":
		case "EOM":
			return means("policy-refused");
		default:
			return undefined;
	}
}
