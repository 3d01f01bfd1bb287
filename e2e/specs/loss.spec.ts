/** Nothing is lost and nothing doubled when agent and hub are killed in the middle of the work. */
import { onSubmission } from "../stage/mail.ts";
import { expect, test } from "../stage/stage.ts";

const MESSAGES = 2_000;
const LINES_EACH = 5;

test("kill -9 of hub and agent in the middle loses and doubles nothing", async ({ stage }) => {
	const sub = await stage.host("sub");
	for (let n = 0; n < MESSAGES; n++) {
		await sub.write(onSubmission({ sender: "bob@corp.example", recipient: `u${n}@dest.example`, n }));
		if (n === 500 || n === 1_300) {
			await stage.hub.kill();
			await stage.hub.start();
		}
		if (n === 900 || n === 1_300) {
			await sub.kill();
			sub.start();
		}
	}
	await expect.poll(() => stage.lines("sub"), { timeout: 30_000 }).toBe(MESSAGES * LINES_EACH);
	// A line that came twice would come after the count was right.
	await sub.write(onSubmission({ sender: "last@corp.example", recipient: "last@dest.example", n: MESSAGES }));
	await expect.poll(() => stage.lines("sub")).toBe((MESSAGES + 1) * LINES_EACH);
});
