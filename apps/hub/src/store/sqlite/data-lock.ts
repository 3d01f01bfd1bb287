/** One hub per data directory: an exclusive lock that ends with the process, however it ends. */
import { DatabaseSync } from "node:sqlite";

export class DataInUse extends Error {}

/** Returns what releases the lock; throws `DataInUse` where another hub holds it. */
export function lockData(path: string, dir: string): () => void {
	const db = new DatabaseSync(path, { timeout: 500 });
	try {
		db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
	} catch (error) {
		db.close();
		if (error instanceof Error && error.message.includes("locked")) {
			throw new DataInUse(`another hub is running on ${dir}; stop it or choose another --data`);
		}
		throw error;
	}
	return () => db.close();
}
