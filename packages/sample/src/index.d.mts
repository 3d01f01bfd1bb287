/** A recorded host; its lines are for `writeShiftedOnce` alone. */
export interface RecordedHost {
	host: string;
	mta: string;
	/** IANA, of times without one */
	zone: string;
}

/** `samples`: the folder of `manifest.json`. Throws where that is not there. */
export function readRecording(samples: string): RecordedHost[];

/** One log per host below `folder`, as if the recording had ended some minutes before `now`; nothing where `folder` is there already. */
export function writeShiftedOnce(hosts: RecordedHost[], folder: string, now: number, zone: string): void;

/** The log of one host in that folder. */
export function sampleLog(folder: string, host: string): string;
