export {
	createSummary,
	SKIP,
	type LogOfHost,
	type SummaryBuilder,
	type SummaryOptions,
} from "./create-summary.ts";
export type {
	AddressTraffic,
	Difference,
	Figure,
	HostSummary,
	HourTraffic,
	Problem,
	Reason,
	RecipientDomain,
	Refusal,
	SenderDomain,
	Summary,
	Totals,
	Traffic,
} from "./summary.ts";
