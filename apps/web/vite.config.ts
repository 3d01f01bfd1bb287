/**
 * Builds the page to `dist/`: hashed assets, nothing inlined, so that a policy of `default-src 'self'` holds.
 * `pnpm dev` serves the sources and hands API and live socket to a hub (or the fixture server) at MAILTRAIL_HUB.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const hub = process.env.MAILTRAIL_HUB ?? "http://127.0.0.1:4025";

/**
 * Each script and style once more as `.br` and `.gz`: the hub hands them out as they lie, and compresses nothing itself. Made of
 * the files as they were written: other plugins still change a bundle's texts while it is generated.
 */
function compressed() {
	return {
		name: "compressed",
		writeBundle({ dir = "dist" }: { dir?: string }, bundle: Record<string, unknown>) {
			for (const fileName of Object.keys(bundle)) {
				if (!/\.(?:js|css)$/.test(fileName)) continue;
				const path = join(dir, fileName);
				const bytes = readFileSync(path);
				if (bytes.length < 1000) continue;
				writeFileSync(`${path}.br`, brotliCompressSync(bytes));
				writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
			}
		},
	};
}

export default defineConfig({
	plugins: [svelte({ configFile: false }), compressed()],
	// the hub writes the way up to the page's root into each page that it serves: it works behind any sub-path
	base: "./",
	build: {
		target: "es2022",
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		sourcemap: false,
	},
	server: {
		host: "127.0.0.1",
		proxy: {
			"/api": hub,
			"/live": {
				target: hub,
				ws: true,
				// the page `/live` and the socket `/live` share an address: only the upgrade goes to the hub
				bypass: (request) => (request.headers.upgrade === undefined ? "/index.html" : undefined),
			},
		},
	},
	// the client half of Svelte, also where tests run without a browser
	resolve: process.env.VITEST === undefined ? {} : { conditions: ["browser"] },
	test: { include: ["src/**/*.test.ts"], environment: "node" },
});
