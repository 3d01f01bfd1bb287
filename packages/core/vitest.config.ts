import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["src/**/*.test.ts"],
		environment: "node",
		pool: "threads",
		// `pnpm coverage`: what reads log lines is held by tests, branch by branch
		coverage: {
			provider: "v8",
			include: ["src/parse/**/*.ts", "src/scan/**/*.ts", "src/syslog/**/*.ts"],
			exclude: ["**/*.test.ts", "**/*.testing.ts"],
			reporter: ["text-summary", "json"],
			reportsDirectory: "coverage",
			thresholds: { statements: 98, branches: 96.5, functions: 98.5, lines: 98.5 },
		},
	},
});
