/**
 * Where our figures are not pflogsumm's although both read the line, and why ours is the right one. The list is complete for
 * what can be counted line by line; what cannot (strangers' words that pflogsumm takes for fields, years) is told in docs/operating.md.
 */
export const DIFFERENCES: Readonly<Record<string, string>> = {
	"header-format": "pflogsumm reads RFC 3164 and RFC 3339 headers only; this line has another one",
	"syslog-name": "pflogsumm reads one syslog_name at a time (its --syslog-name), we read all instances",
	"service-name":
		"pflogsumm knows the tags postfix/smtpd, postfix/submission/smtpd and postfix/smtps/smtpd, but not this service's (postfix/submissions/smtpd)",
	"noqueue-client":
		"“NOQUEUE: client=” begins a session before a filter; nothing is taken in until the filter hands the message on",
	qmqpd: "messages taken in by qmqpd are messages taken in",
	milter: "pflogsumm passes over what a milter refuses before the end of the message",
	"proxy-reject": "pflogsumm passes over what a before-queue filter (smtpd_proxy_filter) refuses",
	"mime-error": "pflogsumm passes over refusals for MIME errors",
	"soft-bounce": "with soft_bounce=yes a bounce is a deferral, which pflogsumm does not know by this status",
	"tls-field": "pflogsumm cannot read delivery lines with Postfix 3.11's tls= field",
	"queue-id-again":
		"a short queue id that came again is another message; pflogsumm keeps the first one's size, and counts the later one's sender and bytes not at all",
	repeated: "“message repeated N times” is N more lines",
};
