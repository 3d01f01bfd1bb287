/** Answers that a mailbox gives by itself, known by their subject alone: some clients mark them by no header. */
import { expect, it } from "vitest";
import { isAutomaticReply } from "./automatic-reply.ts";

const answers = (subject: string) => isAutomaticReply(new Map([["subject", [subject]]]));

it.each([
	"Automatic reply: hello",
	"Αυτόματη απάντηση: hello",
	"Răspuns automat: hello",
	"Automatski odgovor: hello",
	"Samodejni odgovor: hello",
	"Автоматичен отговор: hello",
	"Automaatvastus: hello",
	"Automatinis atsakymas: hello",
	"Automātiska atbilde: hello",
	"Resposta automàtica: hello",
	"Balasan otomatis: hello",
	"Trả lời tự động: hello",
	"ตอบกลับอัตโนมัติ: hello",
	"رد تلقائي: hello",
	"תשובה אוטומטית: hello",
])("%s", (subject) => {
	expect(answers(subject)).toBe(true);
});

it("is no answer where a person asks about one", () => {
	expect(answers("How do I turn on the automatic reply?")).toBe(false);
});
