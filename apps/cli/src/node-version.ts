/**
 * What the built file says before anything else where Node is too old for it. The build puts this function's text at the head of
 * the file, so it must stand alone, in words that such a Node can read.
 */

/** The line for people; nothing where the version will do. `path` is of the Node that runs. */
export function complaintAbout(version: string, path: string): string {
	const oldest = 24;
	if (Number.parseInt(version, 10) >= oldest) return "";
	return `mailtrail: needs Node ${oldest} or newer, but ${path} is ${version}; install a newer one, or run npm run -s mailtrail in the repository, which brings its own\n`;
}
