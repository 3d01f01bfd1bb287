/** The few pages that the hub writes itself: no link, no session, no built web page. Plain HTML without script or style. */

export function plainPage(title: string, paragraphs: string[]): string {
	const body = paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join("\n");
	return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)} · Mailtrail</title></head>
<body><main><h1>${escapeHtml(title)}</h1>
${body}
</main></body>
</html>
`;
}

function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
