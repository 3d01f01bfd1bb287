/**
 * Who may import whom. Arrows point left to right only: core's stages, then the apps over core; apps never import each
 * other. A line's way from log file to pixel stays a straight walk because this file fails the build when it bends.
 */
const CORE = "^packages/core/src";

/** what each stage of core may import beside itself; tests may look anywhere within core */
const STAGES = {
	syslog: ["event"],
	event: [],
	parse: ["syslog", "event"],
	scan: ["syslog", "event", "query"],
	trace: ["event", "diagnose/diagnosis[.]ts"],
	bounce: ["event", "trace", "diagnose"],
	diagnose: ["event", "trace"],
	query: ["event", "trace", "bounce", "wire/api-schemas[.]ts", "wire/index[.]ts"],
	check: ["event", "diagnose"],
	summary: ["event", "parse", "scan"],
	wire: ["event", "trace", "check"],
};

/** trace/ has rooms of its own, in the order in which lines become a journey; each sees only those before it, and nobody sees fold/ */
const TRACE_ROOMS = {
	hop: [],
	fold: ["hop"],
	link: ["hop"],
	likely: ["hop", "link"],
	journey: ["hop", "link", "likely"],
	gather: ["hop", "link", "likely", "journey"],
};

const traceRules = Object.entries(TRACE_ROOMS).map(([room, allowed]) => ({
	name: `trace-${room}`,
	comment: `trace/${room}/ may import ${allowed.join(", ") || "no other room of trace"}`,
	severity: "error",
	from: { path: `${CORE}/trace/${room}/`, pathNot: "[.]test(ing)?[.]ts$" },
	to: { path: `${CORE}/trace/`, pathNot: [room, ...allowed].map((name) => `${CORE}/trace/${name}/`) },
}));

const stageRules = Object.entries(STAGES).map(([stage, allowed]) => ({
	name: `core-${stage}`,
	comment: `${stage}/ may import ${allowed.join(", ") || "nothing of core"}`,
	severity: "error",
	from: { path: `${CORE}/${stage}/`, pathNot: "[.]test(ing)?[.]ts$" },
	to: { path: `${CORE}/`, pathNot: [stage, ...allowed].map((name) => `${CORE}/${name}`) },
}));

module.exports = {
	forbidden: [
		{
			name: "no-circle",
			severity: "error",
			from: {},
			to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
		},
		{
			name: "core-is-pure",
			comment: "no clock, disk, socket or DOM: the same code runs in Node, Bun and the browser",
			severity: "error",
			from: { path: `${CORE}/`, pathNot: "[.]test(ing)?[.]ts$" },
			to: { dependencyTypes: ["core"] },
		},
		{
			name: "core-has-two-dependencies",
			comment: "typebox, and postal-mime for the MIME of bounces; both run in the browser",
			severity: "error",
			from: { path: `${CORE}/`, pathNot: "[.]test(ing)?[.]ts$" },
			to: { path: "node_modules/", pathNot: "node_modules/(?:[.]pnpm/)?(?:typebox|postal-mime)" },
		},
		{
			name: "core-imports-no-app",
			severity: "error",
			from: { path: `${CORE}/` },
			to: { path: "^(?:apps|packages/probe)/" },
		},
		{
			name: "probe-knows-core-alone",
			comment: "the sockets of a reach test, for agent, hub and command line; core's findings, nobody's app",
			severity: "error",
			from: { path: "^packages/probe/src/" },
			to: { path: "^(?:apps/|packages/core/src/(?!check/))" },
		},
		{
			name: "apps-apart",
			comment: "the web and the command line talk to the hub through its API",
			severity: "error",
			from: { path: "^apps/([^/]+)/" },
			to: { path: "^apps/", pathNot: "^apps/$1/" },
		},
		{
			name: "api-knows-no-store-engine",
			comment:
				"nothing outside store/ knows which store runs; build-hub chooses, and the commands that care for its files",
			severity: "error",
			from: {
				path: "^apps/hub/src/(?!store/|testing/|build-hub|main|commands/care)",
				pathNot: "[.]test(ing)?[.]ts$",
			},
			to: { path: "^apps/hub/src/store/(?:sqlite|clickhouse)" },
		},
		{
			name: "features-apart",
			severity: "error",
			from: { path: "^apps/web/src/features/([^/]+)/" },
			to: { path: "^apps/web/src/features/", pathNot: "^apps/web/src/features/$1/" },
		},
		{
			name: "ui-below-features",
			severity: "error",
			from: { path: "^apps/web/src/(?:ui|lib)/" },
			to: { path: "^apps/web/src/features/" },
		},
		{
			name: "no-unresolved",
			severity: "error",
			from: {},
			to: { couldNotResolve: true, pathNot: "^(?:bun|virtual):" },
		},
		{
			name: "no-dev-dependency-in-product",
			severity: "error",
			from: { path: "^(?:packages|apps)/[^/]+/src/", pathNot: "(?:[.]test[.]ts|[.]svelte)$|/web/|/testing/" },
			to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
		},
		...stageRules,
		...traceRules,
	],
	options: {
		doNotFollow: { path: "node_modules" },
		exclude: { path: "(?:^|/)(?:dist|golden|paraglide|test-results)/" },
		tsPreCompilationDeps: true,
		detectJSDocImports: false,
		enhancedResolveOptions: {
			exportsFields: ["exports"],
			conditionNames: ["import", "svelte", "browser", "node", "default", "types"],
			extensions: [".ts", ".svelte", ".mjs", ".js", ".json"],
		},
		moduleSystems: ["es6"],
	},
};
