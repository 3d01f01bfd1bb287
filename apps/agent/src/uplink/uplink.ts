/**
 * The connection to the hub: does what `uplink-state` says. While streaming it takes lines from the sources in turn and
 * sends them, never more than a few batches ahead of the hub's acknowledgements, so that a slow hub slows the reading
 * and not the machine. While the hub is away what is written goes on being read, into the outbox, and is sent after the
 * next welcome; what does not fit to the hub's positions is read again.
 */
import type {
	AgentMessage,
	Command,
	CommandResult,
	Health,
	HealthFacts,
	HubMessage,
	Permission,
	Queue,
} from "@mailtrail/core/wire";
import type { Enrolment } from "../enrolment.ts";
import { openSocket } from "#open-socket";
import type { Stall } from "../health/log-watch.ts";
import type { HubSocket } from "../platform/socket.ts";
import type { Source } from "../sources/source.ts";
import { IN_FLIGHT_MAX, WAITING_IN_FLIGHT_MAX } from "./in-flight.ts";
import { Intake, type IntakeOptions } from "./intake.ts";
import { healthOf, helloOf, readMessage, sourcesOf } from "./messages.ts";
import { Pace } from "./pace.ts";
import { beating } from "./pulse.ts";
import {
	type Refusal,
	transition,
	type UplinkEffect,
	type UplinkEvent,
	type UplinkState,
} from "./uplink-state.ts";

export interface UplinkOptions extends IntakeOptions {
	enrolment: Enrolment;
	/** whether a source's log has stopped being written */
	stallOf: (source: string) => Stall | undefined;
	version: string;
	random: () => number;
	/** what waits in the mail server's queue, where that may be told */
	queue?: () => Queue | undefined;
	/** how the agent's work goes, beside its sources */
	facts?: () => HealthFacts & Pick<Health, "losses">;
	/** what the hub may ask for, and how it is done; never throws */
	allow: readonly Permission[];
	run: (command: Command) => Promise<CommandResult>;
	/** a hub that is away for so long makes the outbox go to disk, and so often again; milliseconds */
	saveMs?: number;
	/** the hub does not want this agent any more */
	refused: (refusal: Refusal) => void;
}

/** from connecting to the welcome */
const GREETING_MS = 15_000;
/** silence after which a connection is taken for dead; either side pings more often */
const SILENCE_MS = 30_000;
const SAVE_MS = 3000;
/** batches that are read in one go: what they leave is collected then */
const PUMP_MAX = 4;
const MESSAGE_MAX = 16 * 1024 * 1024;

export class Uplink {
	readonly #options: UplinkOptions;
	readonly #intake: Intake;
	#state: UplinkState = { at: "waiting", attempt: 0 };
	#socket: HubSocket | undefined;
	#heardAt = 0;
	#why: string | undefined;
	readonly #pace = new Pace(() => this.#pump());
	/** the last look found nothing more to read */
	#isDrained = false;
	/** there was something from before the start when that was asked last */
	#isBacklog = true;
	/** that could not be asked, because enough was on its way */
	#isUnasked = false;
	#retry: NodeJS.Timeout | undefined;
	#deadline: NodeJS.Timeout | undefined;
	#stopPulse = () => {};
	#saving: NodeJS.Timeout | undefined;
	/** lines that the hub has acknowledged in this life */
	acknowledged = 0;
	/** milliseconds by which this clock is ahead of the hub's, where the hub says its time */
	clockAhead: number | undefined;

	constructor(options: UplinkOptions) {
		this.#options = options;
		this.#intake = new Intake(options, () => this.#pace.soon());
	}

	start(): void {
		this.#intake.takeOver();
		this.#happen({ type: "start" });
	}

	stop(): void {
		this.#save();
		this.#happen({ type: "stop" });
		this.#pace.stop();
		clearTimeout(this.#retry);
	}

	/** A log that came later. */
	addSource(source: Source): void {
		this.#intake.addSource(source);
	}

	get state(): UplinkState["at"] {
		return this.#state.at;
	}

	/** why it is not streaming, as far as known */
	get why(): string | undefined {
		return this.#state.at === "streaming" ? undefined : this.#why;
	}

	#happen(event: UplinkEvent): void {
		const [state, effects] = transition(this.#state, event, this.#options.random());
		this.#state = state;
		this.#saveOrNot();
		for (const effect of effects) this.#perform(effect);
	}

	#perform(effect: UplinkEffect): void {
		switch (effect.do) {
			case "connect":
				return this.#connect();
			case "hello":
				return this.#hello(effect.nonce);
			case "resume":
				return this.#resume(effect.positions);
			case "acknowledge":
				return this.#acknowledge(effect.id);
			case "command":
				return this.#command(effect.id, effect.command);
			case "rewind":
				return this.#intake.forget();
			case "hang-up":
				return this.#hangUp();
			case "wait":
				return this.#wait(effect.milliseconds, effect.why);
			case "give-up":
				this.#why = effect.refusal.text;
				return this.#options.refused(effect.refusal);
		}
	}

	#connect(): void {
		const mine = (act: () => void) => {
			if (this.#socket !== socket) return;
			this.#heardAt = this.#options.now();
			act();
		};
		const socket = openSocket(this.#options.enrolment, MESSAGE_MAX, {
			alive: () => mine(() => {}),
			message: (text) => mine(() => this.#receive(text)),
			closed: (why) => mine(() => this.#happen({ type: "lost", why })),
		});
		this.#socket = socket;
		this.#deadline = setTimeout(
			() => this.#happen({ type: "lost", why: "the hub does not answer" }),
			GREETING_MS,
		);
	}

	#receive(json: string): void {
		const message = readMessage(json);
		if (message?.type === "welcome" && message.clock !== undefined)
			this.clockAhead = this.#options.now() - message.clock;
		if (message) this.#happen({ type: "message", message });
		else this.#happen({ type: "lost", why: "the hub's message is none of this protocol" });
	}

	#hello(nonce: string): void {
		this.#send(helloOf(this.#options, nonce));
	}

	/** The result goes to the connection that asked; to another hub's life it means nothing. */
	#command(id: number, command: Command): void {
		const socket = this.#socket;
		this.#options.say(`asked for ${command.name}: ${JSON.stringify(command.request)}`);
		void this.#options.run(command).then((result) => {
			if (this.#socket === socket) this.#send({ type: "result", id, result });
		});
	}

	#resume(positions: Extract<HubMessage, { type: "welcome" }>["positions"]): void {
		clearTimeout(this.#deadline);
		this.#options.say(`connected to ${this.#options.enrolment.hub}`);
		this.#why = undefined;
		this.#intake.resume(positions);
		const lines = () => this.acknowledged;
		this.#stopPulse = beating(lines, () => this.#beat());
		this.#sendHealth();
		this.#pump();
	}

	#saveOrNot(): void {
		const { at } = this.#state;
		const isAway = at !== "streaming" && at !== "refused" && at !== "stopped";
		if (isAway) this.#saving ??= setInterval(() => this.#save(), this.#options.saveMs ?? SAVE_MS);
		else {
			clearInterval(this.#saving);
			this.#saving = undefined;
		}
	}

	/** While the hub is away, what waits is put on disk; else what it has. */
	#save(): void {
		if (this.#state.at === "streaming") return this.#intake.note(false);
		this.#intake.save();
		this.#pace.soon();
	}

	#acknowledge(id: number): void {
		this.acknowledged += this.#intake.acknowledge(id);
		// where there was nothing more, the sources say when there is
		if (!this.#isDrained) this.#pump();
		else if (this.#isUnasked && this.#options.outbox.onTheirWay < WAITING_IN_FLIGHT_MAX) this.#pace.soon();
	}

	/** Reads and sends until nothing is left or enough is on its way; others get their turn in between. */
	#pump(): void {
		for (let i = 0; i < PUMP_MAX; i++) {
			const { at } = this.#state;
			if (at === "stopped" || at === "refused") return;
			if (!(at === "streaming" ? this.#sendNext() : this.#intake.keepNext())) return;
		}
		this.#pace.next();
	}

	/** What waits comes first, then what is written now, and when there is none, what was waiting at the start. */
	#sendNext(): boolean {
		const { outbox } = this.#options;
		this.#isDrained = false;
		if (outbox.onTheirWay >= IN_FLIGHT_MAX) return false;
		if (!outbox.isWaiting) {
			const mayWait = outbox.onTheirWay < WAITING_IN_FLIGHT_MAX;
			let lines = this.#intake.read(true);
			if (lines === undefined && mayWait) {
				lines = this.#intake.read(false);
				this.#isBacklog = lines !== undefined;
			}
			this.#isUnasked = !mayWait;
			this.#isDrained = lines === undefined && !this.#isBacklog;
			if (lines === undefined) {
				this.#pace.drained();
				return false;
			}
			this.#pace.read(lines);
		}
		const json = outbox.next();
		if (json !== undefined) this.#socket?.send(json);
		else this.#happen({ type: "lost", why: outbox.problem ?? "the outbox is empty" });
		return json !== undefined;
	}

	#beat(): void {
		if (this.#options.now() - this.#heardAt > SILENCE_MS) {
			this.#happen({ type: "lost", why: "the hub is silent" });
			return;
		}
		this.#happen({ type: "settled" });
		this.#socket?.ping();
		this.#save();
		this.#sendHealth();
	}

	/** How every source is. */
	health(): Health["sources"] {
		return sourcesOf(this.#options);
	}

	#sendHealth(): void {
		this.#send(healthOf(this.#options));
		this.#options.worked?.(0);
	}

	#send(message: AgentMessage): void {
		this.#socket?.send(JSON.stringify(message));
	}

	#hangUp(): void {
		clearTimeout(this.#deadline);
		this.#stopPulse();
		const socket = this.#socket;
		this.#socket = undefined;
		if (!socket) return;
		if (this.#state.at === "stopped") socket.close(1001);
		else socket.terminate();
	}

	#wait(milliseconds: number, why: string): void {
		if (why !== this.#why)
			this.#options.say(`not connected to ${this.#options.enrolment.hub}: ${why}; trying again`);
		this.#why = why;
		this.#retry = setTimeout(() => this.#happen({ type: "retry" }), milliseconds);
	}
}
