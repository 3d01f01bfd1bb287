/** Where the executable begins: the runtime is set up before any of the program is loaded. */
import { tuneRuntime } from "./platform/tune-runtime.bun.ts";

tuneRuntime();
await import("./main.ts");
