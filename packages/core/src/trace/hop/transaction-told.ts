/** Which programs part the transactions of a session in their lines. */
import type { Mta } from "../../event/index.ts";

/** Whether the program's lines end a transaction; Postfix counts them at the session's end instead. */
export function isTransactionTold(mta: Mta | undefined): boolean {
	return mta === "exim" || mta === "opensmtpd";
}
