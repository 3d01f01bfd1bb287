/**
 * mailtrail-hub: reads the command line, opens the store and runs. Standard output carries what was asked for (the address,
 * a link, a token), standard error the log. Exit status: 0 done, 1 could not run, 2 bad use.
 */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { RIGHTS } from "@mailtrail/core/wire";
import type { FastifyRequest } from "fastify";
import { pino } from "pino";
import { hashOf, makeSecret, newSecretValue } from "./accounts/secrets.ts";
import type { MailSettings } from "./alerts/deliver.ts";
import { findAgentFiles } from "./agents/agent-files.ts";
import { certificateOf } from "./agents/certificate-of.ts";
import { isHostName } from "./agents/enrolment.ts";
import { buildHub } from "./build-hub.ts";
import { care } from "./commands/care.ts";
import { describeSettings, faultsOf } from "./check-config.ts";
import { type HubConfig, readConfig, UsageError, usage } from "./config.ts";
import type { HubSettings } from "./config-schema.ts";
import { startStore } from "./main-store.ts";
import { OWNER } from "./store/people-store.ts";
import { DataInUse } from "./store/sqlite/data-lock.ts";
import type { RetentionRule } from "./store/sqlite/care/retention.ts";
import { openAccounts } from "./store/sqlite/sqlite-store.ts";
import { linkCommand } from "./link-command.ts";
import { tuneCollector } from "./tune-collector.ts";
import { isNewerStore } from "./store/sqlite/newer-store.ts";

/** in the data folder: where its hub answers or last did, for `link` */
const ADDRESS_FILE = "address";

async function main(args: string[]): Promise<void> {
	tuneCollector();
	if (args[0] === "import" || args[0] === "store") {
		process.exitCode = await care(args, process.env);
		return;
	}
	const config = readConfig(args, process.env);
	if (config.help) return void process.stdout.write(usage());
	switch (config.command) {
		case "serve":
			return serve(config);
		case "check-config":
			return checkConfig(config);
		case "link":
			return printLink(config);
		case "token":
			return printToken(config);
		case "revoke":
			return revoke(config);
		case "api-token":
			return printApiToken(config);
	}
}

async function serve(config: HubConfig): Promise<void> {
	const { settings, sample } = config;
	const { data, port, host, tls_cert: cert, tls_key: key } = settings;
	const { endReaders, ...running } = await startStore(
		data,
		{ retention: retentionOf(settings) },
		{
			onRebuild: tellRebuild,
			onDamaged: tellDamaged,
			onTrouble: (error) => process.stderr.write(`mailtrail-hub: ${explain(error)}\n`),
			// what was not acknowledged comes again when the hub is back
			onEnded: fail,
		},
	);
	const app = await buildHub({
		...running,
		webDir: settings.web ?? findWebDir(),
		dataDir: data,
		linkCommand: linkCommand(fileURLToPath(import.meta.url), data),
		agentFiles: findAgentFiles(),
		port,
		tls: cert !== undefined && key !== undefined ? { cert, key } : undefined,
		publicUrl: settings.public_url,
		trustedProxies: settings.trusted_proxies,
		requestsPerMinute: settings.requests_per_minute,
		auditDays: settings.audit_days,
		mail: mailOf(settings),
		sample,
		recording: findRecording(),
		logger: { level: settings.log, stream: pino.destination(2), serializers: { req: withoutQuery } },
	});
	app.addHook("onClose", endReaders);
	for (const signal of ["SIGTERM", "SIGINT"] as const) {
		process.once(signal, () => {
			app.close().then(
				() => process.exit(0),
				(error: unknown) => fail(error),
			);
		});
	}
	try {
		await app.listen({ host, port });
	} catch (error) {
		await app.close();
		throw error;
	}
	const bound = app.server.address();
	const boundPort = typeof bound === "object" && bound !== null ? bound.port : port;
	const link = await makeSecret(running.store, "sign-in", Date.now());
	const origin = originOf(settings, boundPort);
	writeFileSync(join(data, ADDRESS_FILE), `${origin}\n`);
	process.stdout.write(`Mailtrail is at ${origin}/?key=${link.value}\n`);
}

function mailOf({ smtp_url: url, mail_from: from }: HubSettings): MailSettings | undefined {
	return url === undefined || from === undefined ? undefined : { url, from };
}

/** The log is read by more people than the hub: no sign-in key, no searched address gets into it. */
function withoutQuery({ method, url, ip }: FastifyRequest): Record<string, string | undefined> {
	return { method, url: url.split("?", 1)[0], ip };
}

function checkConfig({ settings }: HubConfig): void {
	const faults = faultsOf(settings, Date.now());
	process.stdout.write(describeSettings(settings));
	if (faults.length > 0) throw new UsageError(faults.join("\nmailtrail-hub: "));
}

/** The page answers only after it; a minute for some millions of lines. */
function tellRebuild(done: number, all: number): void {
	process.stderr.write(
		`mailtrail-hub: reading the stored lines anew for this version, part ${done + 1} of ${all}\n`,
	);
}

function tellDamaged(no: number, reason: string): void {
	process.stderr.write(
		`mailtrail-hub: part ${no} of the store cannot be read and was set aside, the rest serves: ${reason}\n`,
	);
}

function retentionOf({ keep_days: days, keep_line_days: lineDays, keep_gb: gb }: HubSettings): RetentionRule {
	return {
		...(days !== undefined && { days }),
		...(lineDays !== undefined && { lineDays }),
		...(gb !== undefined && { maxBytes: gb * 1e9 }),
	};
}

async function printLink({ settings, addressGiven }: HubConfig): Promise<void> {
	const accounts = openAccounts(settings.data);
	const key = await makeSecret(accounts, "sign-in", Date.now());
	await accounts.close();
	const last = addressGiven ? undefined : lastOrigin(settings.data);
	process.stdout.write(`${last ?? originOf(settings, settings.port)}/?key=${key.value}\n`);
}

async function printToken(config: HubConfig): Promise<void> {
	if (config.host !== undefined && !isHostName(config.host)) {
		throw new UsageError(`--host ${config.host} is no host name`);
	}
	// a hub that cannot be reached must not cost a token
	const mark = config.pin === undefined ? "" : `.fp-${await certificateOf(config.pin)}`;
	const accounts = openAccounts(config.settings.data);
	const { value } = await makeSecret(accounts, "enrol", Date.now(), { host: config.host });
	await accounts.close();
	process.stdout.write(`${value}${mark}\n`);
}

/** A hub that runs notices within a second. */
async function revoke({ settings, host }: HubConfig): Promise<void> {
	if (host === undefined) throw new UsageError("revoke needs --host NAME");
	const accounts = openAccounts(settings.data);
	const found = (await accounts.agents()).find((agent) => agent.host === host);
	if (found) {
		await accounts.revokeAgent(found.agent, Date.now());
		const entry = { at: Date.now(), who: "command line", action: "revoke", detail: host, result: "done" };
		await accounts.audit(entry);
	}
	await accounts.close();
	if (!found) throw new UsageError(`no agent of ${host} is enrolled`);
	process.stdout.write(`The agent of ${host} is shut out. Its lines stay.\n`);
}

/** Everything that an administrator may, until it is revoked; narrower ones are made on the page or by the command line. */
async function printApiToken(config: HubConfig): Promise<void> {
	const accounts = openAccounts(config.settings.data);
	const value = newSecretValue();
	await accounts.people.addToken({
		id: randomUUID(),
		hash: hashOf(value),
		name: "from the hub's command line",
		account: OWNER,
		rights: [...RIGHTS],
		createdAt: Date.now(),
	});
	const who = "command line";
	await accounts.audit({ at: Date.now(), who, action: "make token", detail: "every right", result: "done" });
	await accounts.close();
	process.stdout.write(`${value}\n`);
}

/** The address for a browser, which cannot open the one that means "every one of this machine". */
function originOf({ host: address, tls_cert, public_url }: HubSettings, port: number): string {
	if (public_url !== undefined) return public_url.replace(/\/+$/, "");
	const host = address === "0.0.0.0" || address === "::" ? "localhost" : address;
	const scheme = tls_cert === undefined ? "http" : "https";
	return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function lastOrigin(data: string): string | undefined {
	const file = join(data, ADDRESS_FILE);
	return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

/** Beside the built hub as installed, else in the repository that this file is in. */
function findRecording(): string | undefined {
	const here = dirname(fileURLToPath(import.meta.url));
	const candidates = [join(here, "samples"), resolve(here, "../../../samples")];
	return candidates.find((dir) => existsSync(join(dir, "manifest.json")));
}

function findWebDir(): string {
	const here = dirname(fileURLToPath(import.meta.url));
	const candidates = [join(here, "web"), resolve(here, "../../web/dist")];
	return candidates.find((dir) => existsSync(join(dir, "index.html"))) ?? join(here, "web");
}

function fail(error: unknown): never {
	process.stderr.write(`mailtrail-hub: ${explain(error)}\n`);
	process.exit(error instanceof UsageError ? 2 : 1);
}

function explain(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	if ("code" in error && error.code === "EADDRINUSE") {
		const { port } = error as Error & { port?: number };
		return `port ${port} is in use; stop what uses it or choose another with --port`;
	}
	if ("code" in error && error.code === "EACCES") return `${error.message}; choose another --port or --data`;
	if (error instanceof UsageError || error instanceof DataInUse || isNewerStore(error)) return error.message;
	return error.stack ?? error.message;
}

main(process.argv.slice(2)).catch(fail);
