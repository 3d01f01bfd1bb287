/**
 * The addresses that a notice has for those whom it reports on: exim and sendmail name the address that they were given, and not the
 * member of an alias that the try was for.
 */
import type { Hop } from "../hop/hop.ts";

/** Each once. @param given what the hosts before handed over */
export function asGiven(
	{ mta, attempts }: Hop,
	recipients: readonly string[],
	given: () => readonly string[],
): string[] {
	switch (mta) {
		case "exim": {
			// deliver.c, print_dsn_addr_action() goes up to the address without a parent, which stands in the line:
			// ** nosuch@st.example <both@ec.example> R=dnslookup T=remote_smtp …
			const parents = new Map(attempts.map(({ recipient, original }) => [recipient, original ?? recipient]));
			return [...new Set(recipients.map((each) => parents.get(each) ?? each))];
		}
		case "sendmail": {
			// savemail.c, q_finalrcpt is kept from before aliases are looked up (recipient.c), and stands in no line of a member
			const tried = lowered(attempts.map(({ recipient }) => recipient));
			const all = lowered(given());
			const [alias, another] = [...all].filter((address) => !tried.has(address));
			if (alias === undefined || another !== undefined) return [...recipients];
			return [...new Set(recipients.map((each) => (all.has(each.toLowerCase()) ? each : alias)))];
		}
		default:
			return [...recipients];
	}
}

function lowered(addresses: readonly string[]): Set<string> {
	return new Set(addresses.map((address) => address.toLowerCase()));
}
