/** Mail for tests of the page: one message that was refused, any number that went through. */
import { onRelay, onSubmission } from "./mail.ts";
import type { Stage } from "./stage.ts";

const REFUSED =
	"host mx.dest.example[198.51.100.7] said: 550 5.1.1 <anna@dest.example>: User unknown (in reply to RCPT TO command)";

/** Two hosts; bob's message to anna is refused, the others go through. */
export async function someMail(stage: Stage, count = 6): Promise<void> {
	const messages = Array.from({ length: count }, (_, n) => ({
		sender: "bob@corp.example",
		recipient: n === 0 ? "anna@dest.example" : `user${n}@good.example`,
		n: n + 1,
		at: new Date(Date.now() - 60_000 - n * 1000),
	}));
	await stage.host("sub", messages.map(onSubmission).join(""));
	await stage.host(
		"relay1",
		messages
			.map((message, n) =>
				n === 0
					? onRelay(message, "bounced", "5.1.1", REFUSED)
					: onRelay(message, "sent", "2.0.0", `250 2.0.0 Ok: queued as 77AB1234567${n % 10}`),
			)
			.join(""),
	);
	await stage.arrived();
}
