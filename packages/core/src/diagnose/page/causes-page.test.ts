import { expect, it } from "vitest";
import { causesPage } from "./causes-page.testing.ts";

it("docs/causes.md says what the tables say", async () => {
	await expect(causesPage()).toMatchFileSnapshot("../../../../../docs/causes.md");
});
