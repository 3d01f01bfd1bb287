/** Ends of a command that are not an answer: one clear line on standard error and the exit status of the contract. */

export const ANSWERED = 0;
export const NOTHING_FOUND = 1;
export const BAD_USE = 2;
export const HUB_FAILED = 3;

/** Bad use or unreadable input: `message` names the file or option and says what to do. */
export class BadUse extends Error {
	readonly status = BAD_USE;
}

/** The hub cannot be reached, or refused. */
export class HubFailed extends Error {
	readonly status = HUB_FAILED;
}

/** Told by what it is: the built file holds these classes twice. */
export function isFailure(error: unknown): error is BadUse | HubFailed {
	return (
		error instanceof Error && "status" in error && (error.status === BAD_USE || error.status === HUB_FAILED)
	);
}

/** What the system says about a file, in words that name it. */
export function unreadable(file: string, error: unknown): BadUse {
	const code = error instanceof Error && "code" in error ? String(error.code) : "";
	switch (code) {
		case "ENOENT":
			return new BadUse(
				`${file}: no such file; check the path (a pattern needs quotes if the shell must not expand it)`,
			);
		case "EACCES":
		case "EPERM":
			return new BadUse(
				`${file}: this user may not read it; run as root or as a member of the log's group (often adm)`,
			);
		case "EISDIR":
			return new BadUse(`${file}: is a folder; name the files in it, for example '${file}/mail.log*'`);
		default:
			return new BadUse(
				`${file}: cannot be read (${error instanceof Error ? error.message : String(error)})`,
			);
	}
}
