/** The tests that need root, debootstrap and minutes: `pnpm --filter @mailtrail/agent test:packages`. */
import { defineConfig } from "vitest/config";

export default defineConfig({
	test: { include: ["packaging/*.slow.ts"], testTimeout: 600_000, hookTimeout: 900_000 },
});
