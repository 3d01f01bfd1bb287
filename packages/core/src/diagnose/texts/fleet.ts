/** The sentences that a fleet's figures make, in both languages. */
import type { Language } from "../diagnosis.ts";

interface Way {
	host: string;
	destination: string;
}

export interface FleetTexts {
	same(facts: Way & { messages: number; since: string }): string;
	othersAccepted(facts: { hosts: string; destination: string; messages: number; days: number }): string;
	othersFail(facts: { hosts: string; destination: string; days: number }): string;
	alikeElsewhere(facts: { host: string; destinations: string; count: number; days: number }): string;
	onlyHere(facts: Way & { count: number; days: number }): string;
	elsewhereAccepted(facts: { host: string; count: number; days: number }): string;
	nobodyAccepts(facts: { host: string; days: number }): string;
	accepted(facts: Way & { messages: number; last: string; days: number }): string;
	comma: string;
	andMore(shown: string, more: number): string;
	/** of a connection that timed out: which of the three reasons it is */
	outboundClosed(host: string): string;
	outboundWorks(host: string): string;
	blocksThisHost(facts: Way & { others: string }): string;
}

const messagesOf = (count: number): string => (count === 1 ? "1 message" : `${count} messages`);

const EN: FleetTexts = {
	same: ({ messages, host, destination, since }) =>
		`${messagesOf(messages)} from ${host} to ${destination} met the same, the first at ${since}.`,
	othersAccepted: ({ hosts, destination, messages, days }) =>
		`${destination} accepts mail from ${hosts} (${messagesOf(messages)} in ${days} days).`,
	othersFail: ({ hosts, destination, days }) =>
		`It is not this host alone: nothing from ${hosts} was accepted by ${destination} in ${days} days either.`,
	alikeElsewhere: ({ host, destinations, count, days }) =>
		count === 1
			? `${host} met the same at another destination in these ${days} days: ${destinations}.`
			: `${host} met the same at ${count} other destinations in these ${days} days: ${destinations}.`,
	onlyHere: ({ host, destination, count, days }) =>
		`Only ${destination} does this: all ${count} other destinations accepted mail from ${host} in the last ${days} days.`,
	elsewhereAccepted: ({ host, count, days }) =>
		`${count === 1 ? "Another destination" : `${count} other destinations`} accepted mail from ${host} in the last ${days} days.`,
	nobodyAccepts: ({ host, days }) =>
		`No destination at all accepted mail from ${host} in the last ${days} days: the trouble is at ${host} or its line.`,
	accepted: ({ messages, host, destination, last, days }) =>
		`${destination} accepted ${messagesOf(messages)} from ${host} in ${days} days, the last at ${last}.`,
	comma: ", ",
	andMore: (shown, more) => `${shown} and ${more} more`,
	outboundClosed: (host) =>
		`No other destination answered ${host} either, so the way out of ${host} on port 25 is the likely reason.`,
	outboundWorks: (host) =>
		`Other destinations answer ${host}, so its way out on port 25 is open: the destination is down or does not let ${host} in.`,
	blocksThisHost: ({ host, destination, others }) =>
		`${destination} answers ${others} and not ${host}: it is up, and something between ${host} and it, or a block there, stops ${host}.`,
};

const JA: FleetTexts = {
	same: ({ messages, host, destination, since }) =>
		`${host} から ${destination} 宛の ${messages} 通が同じ結果になっています (最初は ${since})。`,
	othersAccepted: ({ hosts, destination, messages, days }) =>
		`${destination} は ${hosts} からのメールを受け取っています (${days} 日間で ${messages} 通)。`,
	othersFail: ({ hosts, destination, days }) =>
		`このホストだけではありません。${hosts} からのメールも、${days} 日間 ${destination} に受け取られていません。`,
	alikeElsewhere: ({ host, destinations, count, days }) =>
		`この ${days} 日間に、${host} はほかの ${count} 宛先でも同じ結果になっています: ${destinations}。`,
	onlyHere: ({ host, destination, count, days }) =>
		`この結果になるのは ${destination} だけです。ほかの ${count} 宛先はすべて、直近 ${days} 日間に ${host} からのメールを受け取っています。`,
	elsewhereAccepted: ({ host, count, days }) =>
		`ほかの ${count} 宛先は、直近 ${days} 日間に ${host} からのメールを受け取っています。`,
	nobodyAccepts: ({ host, days }) =>
		`直近 ${days} 日間、${host} からのメールを受け取った宛先はありません。原因は ${host} またはその回線にあります。`,
	accepted: ({ messages, host, destination, last, days }) =>
		`${destination} は ${days} 日間に ${host} から ${messages} 通を受け取っています (最後は ${last})。`,
	comma: "、",
	andMore: (shown, more) => `${shown} ほか ${more} 件`,
	outboundClosed: (host) =>
		`ほかのどの宛先も ${host} に応答していないため、${host} の外向き 25 番ポートが閉じられている可能性が高いです。`,
	outboundWorks: (host) =>
		`ほかの宛先は ${host} に応答しているため、外向き 25 番ポートは開いています。宛先が停止しているか、${host} を受け入れていません。`,
	blocksThisHost: ({ host, destination, others }) =>
		`${destination} は ${others} には応答し、${host} には応答しません。宛先は動いており、途中の経路か宛先側で ${host} が止められています。`,
};

export function fleetTexts(lang: Language): FleetTexts {
	return lang === "ja" ? JA : EN;
}
