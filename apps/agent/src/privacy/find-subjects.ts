/**
 * Subjects, which tell more than names do: where the programs write them, and where each ends. A place that nobody listed is
 * hidden to the end of the line. Postfix's header checks are told by the parser (`hide-line`).
 */

interface Place {
	/** just before the subject */
	mark: string;
	/** what may stand behind it; the last of them in the line counts, since a subject may imitate it. None: the line's end */
	ends: readonly string[];
}

/** amavis: `, Subject: "…", From: …, helo=…`; b.parts and Tests may hold quotes too */
const AMAVIS_ENDS = ['", From: ', '", helo=', '", b.parts=', '", User-Agent: ', '", Tests: ['];

const PLACES: readonly Place[] = [
	// amavisd-new's $log_verbose_templ
	{ mark: 'Subject: "', ends: [...AMAVIS_ENDS, '"'] },
	// exim's log selector `subject`, log.c: before the sender and the recipients that the selectors add
	{ mark: ' T="', ends: ['" from <', '" for ', '"'] },
	// clamav-milter
	{ mark: " with subject '", ends: ["' message-id '", "'"] },
	// dovecot's mail_log_fields
	{ mark: ", subject=", ends: [", flags=(", ", size=", ", vsize="] },
	// sendmail's milters: `Milter change: header Subject: from A to B`
	{ mark: "header Subject: ", ends: [] },
	{ mark: "subject: ", ends: [] },
];

/** MIMEDefang's md_graphdefang_log: `MDLOG,ID,event,value1,value2,<sender>,<recipient>,subject` */
const GRAPHDEFANG = /MDLOG,(?:[^,]{0,200},){4}<[^>]{0,320}>,<[^>]{0,320}>,/;

/** Replaces every subject in `text` by what `hide` makes of it. */
export function replaceSubjects(text: string, hide: (subject: string) => string): string {
	const graph = GRAPHDEFANG.exec(text);
	if (graph) return replaceRest(text, graph.index + graph[0].length, hide);
	const lower = text.toLowerCase();
	for (const { mark, ends } of PLACES) {
		const at = lower.indexOf(mark.toLowerCase());
		if (at < 0) continue;
		const start = at + mark.length;
		const end = ends.map((each) => text.lastIndexOf(each)).find((each) => each >= start) ?? text.length;
		if (start === end) return text;
		return text.slice(0, start) + hide(text.slice(start, end)) + text.slice(end);
	}
	return text;
}

function replaceRest(text: string, start: number, hide: (subject: string) => string): string {
	return start === text.length ? text : text.slice(0, start) + hide(text.slice(start));
}

/** `"Bob Smith" <bob@example.net>`, `From: Bob Smith <bob@…>`; amavis writes blanks as `_` */
const PHRASES = [
	/"([^"<>]{1,200})"(?=[ _]?<[^<>\s]{0,320}@)/g,
	/(?<=\b(?:from|From|To|sender)[:=] ?)([^<>"=,\s][^<>"=,]{0,200}?)(?=[ _]<[^<>\s]{0,320}@)/g,
];

/** Replaces the names that mail programs show beside addresses. */
export function replacePhrases(text: string, hide: (name: string) => string): string {
	let result = text;
	for (const phrase of PHRASES) {
		result = result.replaceAll(phrase, (whole, name: string) => whole.replace(name, () => hide(name)));
	}
	return result;
}
