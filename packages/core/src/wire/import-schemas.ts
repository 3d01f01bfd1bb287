/**
 * Logs of a host that has no agent, sent over HTTP by the command line: `GET /api/import/:host` tells which contents the hub
 * has and how far, `POST /api/import/:host` takes a batch as an agent would send it.
 */
import Type, { type Static } from "typebox";
import { BatchSchema, PositionSchema } from "./agent-messages.ts";

const { from, position, lines } = BatchSchema.properties;
const Count = Type.Integer({ minimum: 0 });

export const ImportStateSchema = Type.Object({ positions: Type.Array(PositionSchema) });
export const ImportBatchSchema = Type.Object({ from, position, lines });
export const ImportedSchema = Type.Object({ added: Count, duplicates: Count });

export type ImportState = Static<typeof ImportStateSchema>;
export type ImportBatch = Static<typeof ImportBatchSchema>;
export type Imported = Static<typeof ImportedSchema>;
