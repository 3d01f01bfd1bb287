export * from "./account-schemas.ts";
export * from "./agent-messages.ts";
export * from "./aggregate-schemas.ts";
export * from "./alert-schemas.ts";
export * from "./api-schemas.ts";
export * from "./commands.ts";
export * from "./import-schemas.ts";
export * from "./live-messages.ts";
export { journeyRow } from "./journey-row.ts";
