/**
 * Who the reader is and what this session may do. Asked for at the start and whenever the hub says that nobody is signed in;
 * pages that the reader may not see are not offered.
 */
import type { Account, Right, SessionAnswer, SignIn } from "@mailtrail/core/wire";
import { api, asApiError, send } from "./api.ts";
import type { PageName } from "./route.ts";

/** What a page needs to have anything to show. */
const NEEDS: Partial<Record<PageName, Right>> = {
	map: "aggregates",
	destinations: "aggregates",
	lines: "lines",
	checks: "commands",
	alerts: "alerts",
	audit: "audit",
};

class Session {
	#answer = $state.raw<SessionAnswer | undefined>();
	/** a hub without accounts: whoever is in may do everything */
	#open = $state(false);

	readonly account = $derived<Account | undefined>(this.#answer?.account);
	readonly passwords = $derived(this.#answer?.passwords === true);
	readonly linkCommand = $derived(this.#answer?.linkCommand);
	readonly mustSetUp = $derived(this.#answer?.mustSetUp);
	readonly masked = $derived(this.#answer?.masked === true);

	/** masked journeys may be handed on by links that need no account */
	readonly sharing = $derived(this.#answer?.sharing === true);

	/** until the answer is there nothing is hidden: a page that flickers away is worse than one that says no */
	can(right: Right): boolean {
		return this.#open || this.#answer === undefined || this.#answer.rights.includes(right);
	}

	/** The hub is not asked for what it might refuse: nothing is certain until the answer is there. */
	holds(right: Right): boolean {
		return this.#open || this.#answer?.rights.includes(right) === true;
	}

	readonly hidden = $derived.by((): ReadonlySet<PageName> => {
		const pages = Object.entries(NEEDS) as [PageName, Right][];
		return new Set(pages.filter(([, right]) => !this.can(right)).map(([page]) => page));
	});

	async load(): Promise<void> {
		try {
			this.#answer = await api.session();
			this.#open = false;
		} catch (cause) {
			if (asApiError(cause).kind === "lost") this.#open = true;
		}
	}

	async signIn(question: SignIn): Promise<void> {
		this.#answer = await send<SessionAnswer>("POST", "/api/session", question);
	}

	async signOut(): Promise<void> {
		await send("DELETE", "/api/session");
		await this.load();
	}
}

export const session = new Session();
