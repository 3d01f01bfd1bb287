/** Hub ⇄ reader thread: questions with numbers, answers with the same. */
import type { SliceFile } from "../store/store.ts";
import type { QuestionName } from "./questions.ts";

export type ToReader =
	/** `slices`: the files that make up the store now, oldest first */
	| { type: "ask"; id: number; name: QuestionName; asked: unknown; slices: readonly SliceFile[] }
	| { type: "cancel"; id: number };

export type FromReader =
	| { type: "ready" }
	/** this file cannot be read; the reader goes on without it */
	| { type: "damaged"; no: number; reason: string }
	| { type: "answer"; id: number; answer: unknown }
	| { type: "failed"; id: number; message: string; stack?: string };
