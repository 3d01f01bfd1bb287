/** Why a log cannot be read, in words that say what to do: where permission is missing, the exact command. */
import { accessSync, constants, readFileSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path";

const GROUP_READ = 0o040;

/** The name of a user or group in a file like passwd(5): names in the first field, numbers in the third. */
function nameIn(file: string, id: number): string | undefined {
	try {
		const entries = readFileSync(file, "utf8").split("\n");
		return entries.map((line) => line.split(":")).find((fields) => Number(fields[2]) === id)?.[0];
	} catch {
		return undefined;
	}
}

/** The name of a user: of this process, unless another is asked for. */
export function userName(id = process.getuid?.() ?? 0): string {
	return nameIn("/etc/passwd", id) ?? String(id);
}

/** Why a file cannot be opened for reading now, and what helps; nothing where it can. */
export function accessProblem(path: string): string | undefined {
	try {
		accessSync(path, constants.R_OK);
		return undefined;
	} catch (error) {
		return explainAccess(path, error);
	}
}

/** The command that gives the agent's user the right to read `path`. */
export function permissionCommand(path: string, user = userName()): string {
	const file = statQuietly(path);
	const stats = file ?? statQuietly(dirname(path));
	const group =
		stats && stats.gid !== 0 && stats.mode & GROUP_READ ? nameIn("/etc/group", stats.gid) : undefined;
	if (group) return `sudo usermod -aG ${quote(group)} ${user} (then restart the agent)`;
	if (file) return `sudo setfacl -m u:${user}:r ${quote(path)}`;
	// the folder may not be entered: what is in it, and what rotation will make there
	return `sudo setfacl -R -m u:${user}:rX -m d:u:${user}:rX ${quote(dirname(path))}`;
}

function statQuietly(path: string): Stats | undefined {
	try {
		return statSync(path, { throwIfNoEntry: false });
	} catch {
		return undefined;
	}
}

/** A word of a command line, as a shell takes it. */
export function quote(text: string): string {
	return /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The code of a system error, `EACCES`. */
export function errorCode(error: unknown): string | undefined {
	return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** One sentence for people. */
export function explainAccess(path: string, error: unknown): string {
	const code = errorCode(error);
	if (code === "EACCES" || code === "EPERM") {
		return `${path} may not be read by ${userName()}: ${permissionCommand(path)}`;
	}
	if (code === "ENOENT") return `${path} does not exist; it is read as soon as it does`;
	return `${path}: ${error instanceof Error ? error.message : String(error)}`;
}
