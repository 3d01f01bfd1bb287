/**
 * Builds the page to `dist/`: hashed assets, nothing inlined, so that a policy of `default-src 'self'` holds.
 * `pnpm dev` serves the sources and hands API and live socket to a hub (or the fixture server) at MAILTRAIL_HUB.
 */
import { brotliCompressSync, gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const hub = process.env.MAILTRAIL_HUB ?? "http://127.0.0.1:4025";

/** Each script and style once more as `.br` and `.gz`: the hub hands them out as they lie, and compresses nothing itself. */
function compressed() {
	return {
		name: "compressed",
		generateBundle(
			this: { emitFile: (file: { type: "asset"; fileName: string; source: Uint8Array }) => string },
			_options: unknown,
			bundle: Record<string, { fileName: string; code?: string; source?: string | Uint8Array }>,
		) {
			for (const { fileName, code, source } of Object.values(bundle)) {
				const text = code ?? source;
				if (text === undefined || text.length < 1000 || !/\.(?:js|css)$/.test(fileName)) continue;
				const bytes = Buffer.from(text);
				this.emitFile({ type: "asset", fileName: `${fileName}.br`, source: brotliCompressSync(bytes) });
				this.emitFile({ type: "asset", fileName: `${fileName}.gz`, source: gzipSync(bytes, { level: 9 }) });
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
