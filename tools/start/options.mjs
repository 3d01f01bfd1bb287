/** The options of `npm start`. */
import { resolve } from "node:path";
import { StepFailed } from "../setup/step.mjs";

const USAGE = `npm start -- [--port N] [--host ADDRESS] [--data DIR] [--sample] [--no-agent]

  --port N         where the page answers
  --host ADDRESS   which address to listen on (default: this machine only)
  --data DIR       where everything is kept (default: .mailtrail/data in the repository)
  --sample         load and replay the recorded sample, whatever this machine logs
  --no-agent       only the hub
`;

/** @returns {{ port?: string, host?: string, data: string, sample: boolean, agent: boolean } | undefined} undefined: help was asked for */
export function readStartOptions(args, root, cwd) {
	const options = { data: resolve(root, ".mailtrail/data"), sample: false, agent: true };
	for (let index = 0; index < args.length; index++) {
		const [name, inline] = args[index].split(/=(.*)/s);
		const value = () => {
			const found = inline ?? args[++index];
			if (!found) throw wrong(`${name} needs a value.`);
			return found;
		};
		switch (name) {
			case "--help":
			case "-h":
				process.stdout.write(USAGE);
				return undefined;
			case "--port":
				options.port = value();
				if (!/^\d{1,5}$/.test(options.port) || Number(options.port) > 65_535) {
					throw wrong(`--port: “${options.port}” is no port number.`);
				}
				break;
			case "--host":
				options.host = value();
				break;
			case "--data":
				options.data = resolve(cwd, value());
				break;
			case "--sample":
				options.sample = true;
				break;
			case "--no-agent":
				options.agent = false;
				break;
			default:
				throw wrong(`${args[index]} is no option.`);
		}
	}
	return options;
}

function wrong(text) {
	return new StepFailed("reading the options", text, `Use\n\n${USAGE}`);
}
