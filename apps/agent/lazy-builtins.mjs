/**
 * An esbuild plugin: Node's larger modules are loaded when something of them is first used, not when the program starts.
 * Bun writes them in JavaScript, and `node:crypto` or `node:child_process` alone brings streams with it: megabytes and
 * milliseconds for what an agent that follows a file never calls.
 */
import { builtinModules, createRequire } from "node:module";

/** small ones, and those that are always used */
const EAGER = new Set(["fs", "path", "buffer", "module", "process"]);
const LAZY = builtinModules.filter((name) => !name.startsWith("_") && !EAGER.has(name));
const require = createRequire(import.meta.url);

export const lazyBuiltins = {
	name: "lazy-builtins",
	setup({ onResolve, onLoad }) {
		onResolve({ filter: /^[a-z]/ }, ({ path, kind }) => {
			const name = path.replace(/^node:/, "");
			return kind === "import-statement" && LAZY.includes(name)
				? { path: name, namespace: "lazy" }
				: undefined;
		});
		onLoad({ filter: /.*/, namespace: "lazy" }, ({ path }) => ({ contents: lazyModule(path) }));
	},
};

/** The same exports, each a stand-in: a function that calls the real one, or a class that behaves as the real one. */
function lazyModule(path) {
	const real = require(path);
	const lines = [
		`let loaded;`,
		`const real = () => (loaded ??= process.getBuiltinModule(${JSON.stringify(path)}));`,
	];
	for (const name of Object.keys(real).filter((each) => /^[\w$]+$/.test(each) && each !== "default")) {
		const isFunction = typeof real[name] === "function" && !/^[A-Z]/.test(name);
		lines.push(
			isFunction
				? `export const ${name} = (...args) => real().${name}(...args);`
				: `export const ${name} = /* @__PURE__ */ standIn(() => real().${name});`,
		);
	}
	lines.push(
		`function standIn(get) {
			const handler = {};
			for (const trap of Object.getOwnPropertyNames(Reflect)) handler[trap] = (_, ...args) => Reflect[trap](get(), ...args);
			// a new object is of the real class, whoever is asked for it
			handler.construct = (target, args, made) => Reflect.construct(get(), args, made === proxy ? get() : made);
			const proxy = new Proxy(function () {}, handler);
			return proxy;
		}`,
		"export default /* @__PURE__ */ standIn(real);",
	);
	return lines.join("\n");
}
