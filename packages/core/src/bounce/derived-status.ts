/**
 * A status for reports that carry none: the codes that bounce readers share for each reason (Sisimai's published
 * internal codes, `X.0.9nn`, outside of what RFC 3463 assigns), so that nothing is mistaken for the server's own.
 */
import type { Reason } from "../diagnose/index.ts";

const DETAIL: Readonly<Partial<Record<Reason, number>>> = {
	undefined: 900,
	onhold: 901,
	syntaxerror: 902,
	norelaying: 909,
	filtered: 910,
	userunknown: 911,
	hostunknown: 912,
	hasmoved: 916,
	rejected: 918,
	suspend: 921,
	mailboxfull: 922,
	exceedlimit: 923,
	systemerror: 930,
	systemfull: 931,
	notaccept: 932,
	emailtoolarge: 934,
	mailererror: 939,
	networkerror: 944,
	ratelimited: 945,
	expired: 947,
	contenterror: 960,
	securityerror: 970,
	authfailure: 970,
	blocked: 971,
	policyviolation: 972,
	requireptr: 973,
	notcompliantrfc: 974,
	badreputation: 975,
	failedstarttls: 976,
	spamdetected: 980,
	virusdetected: 981,
	suppressed: 982,
};

export function derivedStatus(reason: Reason, temporary: boolean): string | undefined {
	const detail = DETAIL[reason];
	return detail === undefined ? undefined : `${temporary ? 4 : 5}.0.${detail}`;
}
