/** Which programs are filters: they take a message and give it back, and are drawn as small rings. */
const FILTERS = new Set([
	"amavis",
	"rspamd",
	"spamassassin",
	"opendkim",
	"opendmarc",
	"postgrey",
	"policyd-spf",
	"policyd-weight",
	"clamav",
	"milter",
	"openarc",
	"sqlgrey",
	"gross",
	"proxsmtp",
	"postfwd",
	"mimedefang",
	"mailscanner",
	"pmg",
]);

export function isFilter(mta: string): boolean {
	return FILTERS.has(mta);
}
