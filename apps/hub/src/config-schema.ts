/** What an operator may set, in one schema: the file's names, the environment's, defaults and what each is for. */
import Type, { type Static } from "typebox";

export const ConfigSchema = Type.Object({
	data: Type.String({ default: "./.mailtrail/data", minLength: 1, description: "where everything is kept" }),
	host: Type.String({ default: "127.0.0.1", minLength: 1, description: "the address to listen on" }),
	port: Type.Integer({ default: 8025, minimum: 0, maximum: 65_535, description: "the port to listen on" }),
	web: Type.Optional(Type.String({ minLength: 1, description: "the folder of the built web page" })),
	public_url: Type.Optional(
		Type.String({
			pattern: "^https?://[^/\\s?#]+(/[^\\s?#]*)?$",
			description:
				"the address that browsers know, sub-path included (`https://mail.example.com/trail`), where a proxy stands before the hub; https here makes cookies and headers those of TLS",
		}),
	),
	trusted_proxies: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
		default: [],
		maxItems: 64,
		description:
			"addresses or networks of the proxies before the hub: only their X-Forwarded-For tells who asked. None: nobody's does",
	}),
	tls_cert: Type.Optional(
		Type.String({
			minLength: 1,
			description: "certificate chain (PEM); with tls_key the hub speaks TLS itself",
		}),
	),
	tls_key: Type.Optional(
		Type.String({ minLength: 1, description: "its private key (PEM); both are read again when they change" }),
	),
	smtp_url: Type.Optional(
		Type.String({
			pattern: "^smtps?://[^/\\s]+/?$",
			description:
				"the mail server that takes alerts: `smtp://USER:PASSWORD@HOST:587`, `smtps://…`; none: no alerts by mail",
		}),
	),
	mail_from: Type.Optional(
		Type.String({ pattern: "^[^\\s@]+@[^\\s@]+$", description: "the sender of alerts by mail" }),
	),
	keep_days: Type.Optional(
		Type.Number({
			minimum: 0.01,
			maximum: 36_500,
			description: "days that messages are kept; none: as long as there is room",
		}),
	),
	keep_line_days: Type.Optional(
		Type.Number({
			minimum: 0.01,
			maximum: 36_500,
			description:
				"days that raw log lines are kept, where they should go before the messages that they tell of",
		}),
	),
	keep_gb: Type.Optional(
		Type.Number({
			minimum: 0.1,
			description: "gigabytes that the store may take; the oldest lines go first, then the oldest messages",
		}),
	),
	audit_days: Type.Integer({
		default: 400,
		minimum: 1,
		maximum: 36_500,
		description: "how long the audit log is kept",
	}),
	requests_per_minute: Type.Integer({
		default: 60_000,
		minimum: 60,
		description:
			"how often one address may ask; sign-ins, codes and commands have narrower limits of their own",
	}),
	log: Type.Enum(["debug", "info", "warn", "error"], {
		default: "warn",
		description: "how much is told on standard error",
	}),
});
export type HubSettings = Static<typeof ConfigSchema>;
export type ConfigKey = keyof HubSettings;

export const CONFIG_KEYS = Object.keys(ConfigSchema.properties) as ConfigKey[];
