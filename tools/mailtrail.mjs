/** `npm run -s mailtrail -- ARGS`: the command line from the repository. */
import { runBuilt } from "./run-built.mjs";

await runBuilt("apps/cli/dist/mailtrail.mjs", process.argv.slice(2));
