/**
 * The command that prints a sign-in link, as it can be pasted into a shell on the hub's machine. What is told to somebody who
 * cannot come in must run there: a hub from the repository has no `mailtrail-hub` in the path, one of a service has Node.
 */

/** @param main the hub's main file @param data its data folder */
export function linkCommand(main: string, data: string): string {
	const hub = /\/apps\/hub\/(?:dist|src)\//.test(main)
		? "npm run -s mailtrail-hub --"
		: `node ${quoted(main)}`;
	return `${hub} link --data ${quoted(data)}`;
}

const quoted = (path: string): string =>
	/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
