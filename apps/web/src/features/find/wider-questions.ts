/**
 * Questions near one that found nothing, each of which may find what was meant: without one of its terms, any of its addresses instead
 * of all, the address on either side of the message, everybody in the address's domain.
 */
import { formatQuery, type Term } from "@mailtrail/core/query";

export interface WiderQuestions {
	/** each without one term: what is left out, and the question that remains */
	without: readonly { left: string; q: string }[];
	/** any of the addresses that all had to be in one message */
	anyOf?: { q: string; addresses: number };
	/** the only address, wanted on one side, on either side */
	eitherSide?: string;
	/** everybody in the domain of the only address */
	domain?: string;
}

export function widerQuestions(terms: readonly Term[]): WiderQuestions {
	const without =
		terms.length < 2
			? []
			: terms.map((term) => ({
					left: formatQuery({ terms: [term] }),
					q: formatQuery({ terms: terms.filter((other) => other !== term) }),
				}));
	const people = terms.filter(({ field, negated }) => !negated && ["address", "from", "to"].includes(field));
	const addresses = people.filter(({ field }) => field === "address");
	const [first] = addresses;
	if (first !== undefined && addresses.length > 1) {
		const either: Term = { ...first, value: addresses.map(({ value }) => value).join(",") };
		const others = terms.filter((term) => !addresses.includes(term));
		return {
			without,
			anyOf: { q: formatQuery({ terms: [...others, either] }), addresses: addresses.length },
		};
	}
	const [person] = people;
	if (person === undefined || people.length > 1 || !ONE_ADDRESS.test(person.value)) return { without };
	const instead = (term: Term) =>
		formatQuery({ terms: terms.map((other) => (other === person ? term : other)) });
	return {
		without,
		...(person.field !== "address" && { eitherSide: instead({ ...person, field: "address" }) }),
		domain: instead({
			...person,
			field: "domain",
			value: person.value.slice(person.value.lastIndexOf("@") + 1),
		}),
	};
}

/** not a list, not a pattern, not a whole domain */
const ONE_ADDRESS = /^[^*,]+@[^@*,\s]+$/;
