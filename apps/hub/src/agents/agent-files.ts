/**
 * `/agent-files/NAME`: the agent's packages and executables, where somebody put them beside the hub or built them in the
 * repository, for a mail host's curl, with a script that takes the one that fits; `GET /api/agents/files`: which there are, with their SHA-256, for the page that
 * makes the command. The files are no secret and need no session; the sums come over the signed-in connection.
 */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { type AgentFile, AgentFilesSchema, ErrorSchema } from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import { registerOpenFiles } from "../http/open-files.ts";
import { INSTALL_SCRIPT, installScript } from "./install-script.ts";

/** `mailtrail-agent_0.1.0_amd64.deb`, `mailtrail-agent-linux-x64` */
const FILE_NAME = /^mailtrail-agent[\w.-]{1,100}$/;

/** Beside the built hub, else what the repository's own package command made. */
export function findAgentFiles(): string | undefined {
	const here = dirname(fileURLToPath(import.meta.url));
	const candidates = [join(here, "agent-files"), resolve(here, "../../agent/dist/packages")];
	return candidates.find((folder) => existsSync(folder));
}

export async function registerAgentFiles(app: FastifyInstance, folder: string | undefined): Promise<void> {
	const sums = new Map<string, Promise<string>>();
	/** of the file as it is now: a newer build has another time */
	const sumOf = (path: string, mark: string): Promise<string> => {
		const known = sums.get(`${path} ${mark}`);
		if (known) return known;
		const sum = sha256(path);
		sums.set(`${path} ${mark}`, sum);
		sum.catch(() => sums.delete(`${path} ${mark}`));
		return sum;
	};
	const listed = async (): Promise<AgentFile[]> => {
		const files: AgentFile[] = [];
		for (const name of folder === undefined ? [] : readdirSync(folder).sort()) {
			if (!FILE_NAME.test(name) || name.endsWith(".sha256") || name === INSTALL_SCRIPT) continue;
			const path = join(folder ?? "", name);
			const { mtimeMs, size } = statSync(path);
			files.push({ name, size, sha256: await sumOf(path, `${mtimeMs} ${size}`) });
		}
		return files;
	};
	if (folder !== undefined) {
		await registerOpenFiles(app, {
			root: folder,
			prefix: "/agent-files/",
			allowedPath: (path) => FILE_NAME.test(path.slice(1)),
			cacheControl: false,
		});
	}
	app.withTypeProvider<TypeBoxTypeProvider>().get(
		"/api/agents/files",
		{
			config: { need: "enrol" },
			schema: {
				summary: "The agent's packages and executables that this hub hands out under /agent-files/",
				response: { 200: AgentFilesSchema, "4xx": ErrorSchema },
			},
		},
		async () => {
			const files = await listed();
			const script = installScript(files);
			if (script === undefined) return { files };
			const sum = createHash("sha256").update(script).digest("hex");
			return { files: [...files, { name: INSTALL_SCRIPT, size: Buffer.byteLength(script), sha256: sum }] };
		},
	);
	app.get(
		`/agent-files/${INSTALL_SCRIPT}`,
		{ config: { need: "open" }, schema: { hide: true } },
		async (_request, reply) => {
			const script = installScript(await listed());
			if (script === undefined) return reply.callNotFound();
			return reply.type("text/x-shellscript; charset=utf-8").header("cache-control", "no-store").send(script);
		},
	);
}

async function sha256(path: string): Promise<string> {
	const hash = createHash("sha256");
	await pipeline(createReadStream(path), hash);
	return hash.digest("hex");
}
