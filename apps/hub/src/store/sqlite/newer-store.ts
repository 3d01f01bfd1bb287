/** A store that a later version of the hub wrote: it is left as it is, and whoever starts the hub is told what to run. */
const CODE = "NEWER_STORE";

export class NewerStore extends Error {
	/** what is left of the class where the error comes out of a thread */
	readonly code = CODE;

	constructor(path: string) {
		super(`${path} was written by a newer mailtrail-hub; run that version`);
	}
}

export function isNewerStore(error: Error): boolean {
	return "code" in error && error.code === CODE;
}
