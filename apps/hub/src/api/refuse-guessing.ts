/** A search by whoever sees masked addresses must not spell out, letter by letter, what is masked. */
import type { Query } from "@mailtrail/core/query";
import { HubError } from "../http/errors.ts";
import { guessingTerm, type Scope } from "../journeys/scope.ts";

export function refuseGuessing(query: Pick<Query, "terms">, scope: Scope): void {
	if (guessingTerm(query, scope) !== undefined) throw new HubError("query-not-allowed");
}
