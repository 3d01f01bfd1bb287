/** Tests start processes and open sockets: on a busy machine they need more than the usual five seconds. */
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { testTimeout: 30_000, hookTimeout: 30_000 } });
