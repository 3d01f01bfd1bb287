/** Hubs of other versions, as `packages/core/src/wire/transcripts` has them, against this agent's state machine. */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { HubMessageSchema } from "@mailtrail/core/wire";
import { Check } from "typebox/value";
import { expect, it } from "vitest";
import { transition, type UplinkEffect, type UplinkState } from "./uplink-state.ts";

const FOLDER = join(import.meta.dirname, "../../../../packages/core/src/wire/transcripts");

it.each(globSync(join(FOLDER, "hub-*.jsonl")).map((path) => [basename(path, ".jsonl"), path]))(
	"%s",
	(_, path) => {
		let state: UplinkState = { at: "connecting", attempt: 0 };
		let effects: UplinkEffect[] = [];
		for (const line of readFileSync(path, "utf8").trim().split("\n")) {
			const { from, message } = JSON.parse(line);
			if (from === "agent") {
				expect(effects.shift()).toMatchObject(message);
				continue;
			}
			expect(effects).toEqual([]);
			if (!Check(HubMessageSchema, message)) throw new Error(`not understood: ${line}`);
			[state, effects] = transition(state, { type: "message", message }, 0);
		}
		expect(effects).toEqual([]);
	},
);
