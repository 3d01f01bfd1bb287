/** `POST /api/checks`, `POST /api/test-mails`, `POST /api/queues`: what hosts are asked to do, each noted in the audit log with its result. */
import { hostname } from "node:os";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { type CheckReport, describeFinding, drawVerdict } from "@mailtrail/core/check";
import {
	type CheckAnswer,
	CheckAnswerSchema,
	CheckQuestionSchema,
	type Command,
	type CommandResult,
	ErrorSchema,
	QueueAnswerSchema,
	TestMailQuestionSchema,
	TestMailReportSchema,
} from "@mailtrail/core/wire";
import { runCheck } from "@mailtrail/probe";
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import { type AgentRegistry, queueAnswer } from "../agents/agent-registry.ts";
import { theViewer } from "../http/access.ts";
import { HubError } from "../http/errors.ts";
import type { AccountStore } from "../store/account-store.ts";

const LangSchema = Type.Object({ lang: Type.Optional(Type.Enum(["en", "ja"])) });
/** the hub's own checks, as an agent's: no scanner for whoever has a session */
const HUB_PORTS = [25, 465, 587];
const A_MINUTE = { max: 60, timeWindow: 60_000 };

interface Deps {
	registry: AgentRegistry;
	accounts: AccountStore;
	now: () => number;
}

export function registerChecks(instance: FastifyInstance, deps: Deps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	app.post(
		"/api/checks",
		{
			config: { need: "commands", rateLimit: A_MINUTE },
			schema: {
				summary:
					"Test the way from a host (or, without `from`, from the hub) to a mail host, domain or address",
				querystring: LangSchema,
				body: CheckQuestionSchema,
				response: { 200: CheckAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const { from, ...question } = request.body;
			const asked = { from: from ?? hostname(), action: "check", detail: JSON.stringify(question) };
			const report = await audited(deps, request, asked, async () => {
				if (from === undefined) return await checkFromHub(question);
				const result = await ask(deps.registry, from, { name: "check", request: question });
				return result.name === "check" ? result.report : strange();
			});
			return answerOf(report, request.query.lang ?? "en", deps.now());
		},
	);
	app.post(
		"/api/test-mails",
		{
			config: { need: "commands", rateLimit: A_MINUTE },
			schema: {
				summary: "Hand a test message to a host's mail system; its journey is found by the Message-ID",
				body: TestMailQuestionSchema,
				response: { 200: TestMailReportSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const { from, ...question } = request.body;
			return await audited(
				deps,
				request,
				{ from, action: "testmail", detail: JSON.stringify(question) },
				async () => {
					const result = await ask(deps.registry, from, { name: "testmail", request: question });
					return result.name === "testmail" ? result.report : strange();
				},
			);
		},
	);
	app.post(
		"/api/queues",
		{
			config: { need: "commands", rateLimit: A_MINUTE },
			schema: {
				summary: "What waits in a host's mail queue right now, asked of its mail server",
				body: Type.Object({ from: Type.String({ minLength: 1, maxLength: 255 }) }),
				response: { 200: QueueAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const { from } = request.body;
			return await audited(deps, request, { from, action: "queue", detail: "" }, async () => {
				const result = await ask(deps.registry, from, { name: "queue", request: {} });
				if (result.name !== "queue") return strange();
				if (!result.report) throw new HubError("command-failed", `No mail server was found on ${from}.`);
				return queueAnswer(result.report);
			});
		},
	);
}

async function checkFromHub(question: Parameters<typeof runCheck>[0]): Promise<CheckReport> {
	const port = question.port ?? 25;
	if (!HUB_PORTS.includes(port)) {
		throw new HubError(
			"command-not-allowed",
			`The hub tests ports ${HUB_PORTS.join(", ")} only, not ${port}.`,
		);
	}
	return await runCheck(question, { from: hostname() });
}

type Done = Exclude<CommandResult, { name: "failure" }>;

async function ask(registry: AgentRegistry, host: string, command: Command): Promise<Done> {
	const agent = registry.ofHost(host);
	if (!agent) throw new HubError("host-not-connected");
	// Agents of before there were commands do not know the message.
	if (!agent.allow.includes(command.name)) {
		const text = `${host} does not allow it: add "${command.name}" to allow in its agent.toml, and restart its agent.`;
		throw new HubError("command-not-allowed", text);
	}
	if (!agent.commands.includes(command.name)) {
		const text = `The agent of ${host} (${agent.version}) is older than this command: update it.`;
		throw new HubError("command-not-allowed", text);
	}
	const result = await agent.ask(command);
	if (result.name !== "failure") return result;
	switch (result.reason) {
		case "not-allowed":
			throw new HubError("command-not-allowed", result.text);
		case "too-many":
			throw new HubError("command-too-many", result.text);
		case "failed":
			throw new HubError("command-failed", result.text);
	}
}

/** The agent answered another command than the one that was asked. */
function strange(): never {
	throw new HubError("command-failed", "The agent's answer does not fit the question. Update the agent.");
}

/** Notes who asked for what, and how it went, whatever happens. */
async function audited<T>(
	{ accounts, now }: Deps,
	request: FastifyRequest,
	asked: { from: string; action: string; detail: string },
	work: () => Promise<T>,
): Promise<T> {
	const note = (result: string) =>
		accounts.audit({
			at: now(),
			who: theViewer(request).who,
			from: request.ip,
			action: asked.action,
			detail: `${asked.from} ${asked.detail}`,
			result,
		});
	try {
		const answer = await work();
		await note("done");
		return answer;
	} catch (error) {
		await note(error instanceof Error ? error.message : String(error));
		throw error;
	}
}

function answerOf(report: CheckReport, lang: "en" | "ja", at: number): CheckAnswer {
	return {
		target: report.target,
		from: report.from,
		at: new Date(at).toISOString(),
		steps: report.findings.map((finding) => ({ ...finding, detail: describeFinding(finding, lang) })),
		verdict: drawVerdict(report, lang),
	};
}
