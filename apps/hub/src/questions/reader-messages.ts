/** Hub ⇄ reader thread: questions with numbers, answers with the same. */
import type { StoreFiles } from "../store/store.ts";
import type { QuestionName } from "./questions.ts";

export type ToReader =
	/** `files`: what makes up the store now, where that is not what was told before */
	| { type: "ask"; id: number; name: QuestionName; asked: unknown; files?: StoreFiles }
	| { type: "cancel"; id: number };

export type FromReader =
	| { type: "ready" }
	/** this file cannot be read; the reader goes on without it */
	| { type: "damaged"; no: number; reason: string }
	| { type: "answer"; id: number; answer: unknown }
	| { type: "failed"; id: number; message: string; stack?: string };
