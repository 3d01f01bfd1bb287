/** Why a log cannot be read, in words that say what to do: where permission is missing, the exact command. */
import { readFileSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { userInfo } from "node:os";

const GROUP_READ = 0o040;

function groupName(gid: number): string | undefined {
	try {
		const groups = readFileSync("/etc/group", "utf8").split("\n");
		return groups.map((line) => line.split(":")).find((fields) => Number(fields[2]) === gid)?.[0];
	} catch {
		return undefined;
	}
}

function userName(): string {
	try {
		return userInfo().username;
	} catch {
		// a user id without a name
		return String(process.getuid?.() ?? "USER");
	}
}

/** The command that gives this agent's user the right to read `path`. */
export function permissionCommand(path: string): string {
	const user = userName();
	const stats = statQuietly(path);
	if (!stats) return `sudo setfacl -m u:${user}:rx ${quote(dirname(path))}`;
	const group = stats.gid !== 0 && stats.mode & GROUP_READ ? groupName(stats.gid) : undefined;
	if (group) return `sudo usermod -aG ${quote(group)} ${user} (then restart the agent)`;
	return `sudo setfacl -m u:${user}:r ${quote(path)}`;
}

function statQuietly(path: string): Stats | undefined {
	try {
		return statSync(path, { throwIfNoEntry: false });
	} catch {
		return undefined;
	}
}

function quote(text: string): string {
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
