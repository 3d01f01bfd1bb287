/**
 * Several addresses as the value of one term: `to:anna@example.com,bo@example.org` is mail for either of them. A comma stands in no
 * address that is not quoted (RFC 5322, section 3.2.3), so that every other value is one alternative, whatever is in it.
 */

/** of more the first are taken, and that is said */
export const ANY_MAX = 64;

/** What a value may be met by: its addresses, or itself. */
export function alternatives(value: string): string[] {
	if (!value.includes(",") || value.includes('"')) return [value];
	const parts = value.split(",").filter((part) => part !== "");
	const areAddresses = parts.length > 0 && parts.every((part) => /^[^@]+@[^@]+$/.test(part));
	return areAddresses ? parts.slice(0, ANY_MAX).map((part) => part.replace(/^<(.*)>$/, "$1")) : [value];
}
