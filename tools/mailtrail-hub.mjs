/** `npm run -s mailtrail-hub -- link --data DIR`: the hub's commands from the repository. */
import { runBuilt } from "./run-built.mjs";

await runBuilt("apps/hub/dist/mailtrail-hub.mjs", process.argv.slice(2));
