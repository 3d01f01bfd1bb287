export * from "./agent-messages.ts";
export * from "./api-schemas.ts";
export * from "./commands.ts";
export * from "./live-messages.ts";
export { journeyRow } from "./journey-row.ts";
