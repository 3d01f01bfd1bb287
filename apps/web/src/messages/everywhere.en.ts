/** Words that stand on every page: times, keys, the palette, the connection. English; the Japanese ones have the same shape. */
export const everywhereEn = {
	times: {
		label: "Times",
		local: "this machine's zone",
		utc: "UTC",
		ago: "how long ago",
		agoShort: "ago",
		logged: (iso: string) => `logged as ${iso}`,
	},
	keys: {
		title: "Keys",
		search: "Search",
		palette: "All commands",
		help: "Keys",
		next: "Next row",
		previous: "Row before",
		open: "Open the row",
		pause: "Live: pause and go on",
		goTo: (page: string) => `Go to ${page}`,
		theme: "Next theme",
		language: "Other language",
		times: "Times: zone, UTC, ago",
		close: "Close",
		undo: "Undo the last change",
		ends: "First and last row",
		choose: "Choose a suggestion",
		take: "Take the first",
		ask: "Search",
		clear: "Clear, then leave",
		move: "Move, also on the map's slider",
		widen: "Take in more",
		narrow: "Search that stretch",
		groups: {
			go: "Go to",
			list: "In a list",
			page: "On every page",
			box: "In the search box",
			time: "On the picture over time",
		},
		hint: "Letters work while no field has the focus; arrows, Home and End once Tab or j has come to a row or a picture.",
	},
	palette: {
		label: "Commands",
		placeholder: "A page, a setting, or something to search for",
		search: (text: string) => `Search for ${text}`,
		recent: "searched before",
		saved: "saved search",
		page: "page",
		setting: "setting",
		nothing: "No command has this name. Enter searches for it.",
	},
	connection: {
		renewed: "The hub has been updated: this page was loaded anew.",
		offline: "This machine is offline. What stands here is what was last known.",
		away: (ago: string) =>
			`The hub has not answered for ${ago}. What stands here is what was last known; the page keeps asking.`,
	},
	undo: {
		undo: "Undo",
		keep: "Leave it as it is",
		removed: (name: string) => `“${name}” is removed.`,
		changed: (name: string) => `“${name}” is changed.`,
		unsaved: (q: string) => `No longer saved: ${q}`,
		forgotten: "Earlier searches are forgotten.",
		silenced: (what: string) => `No word of this for now: ${what}`,
		lifted: "The silence is over.",
		role: (name: string, role: string) => `${name}: ${role} from now on.`,
		settings: "Saved for everybody.",
	},
	sure: {
		account: (name: string) => `Delete the account ${name}?`,
		accountLost: "Its sessions, tokens and second factor end at once and cannot be brought back.",
		factor: (name: string) => `Remove the second factor of ${name}?`,
		factorLost: "Its secret and recovery codes are lost; it has to be set up anew.",
		token: (name: string) => `Revoke the token “${name}”?`,
		tokenLost: (ago?: string) =>
			`What uses it is refused from now on, and its secret cannot be brought back. ${
				ago === undefined ? "It has never been used." : `It was last used ${ago} ago.`
			}`,
		session: (device: string) => `End the session on ${device}?`,
		sessionLost: "Whoever works there has to sign in again.",
		share: "Take this link back?",
		shareLost: (opened: string) =>
			`Whoever has it sees nothing any more (opened so far: ${opened}). Another link has another address.`,
		host: (host: string) => `Shut out the agent of ${host}?`,
		hostLost: "It is disconnected at once and needs a new token to come back. Its lines stay.",
		hostAct: "Shut out",
	},
	storeLine: {
		full: "The hub's disk is full: nothing new is stored.",
		fullDo:
			"Agents wait and lose nothing. Make room on the disk, or keep less (keep_days, keep_gb); it goes on by itself.",
		damaged: (n: number) =>
			n === 1 ? "A file of the store cannot be read." : `${n} files of the store cannot be read.`,
		damagedDo:
			"The messages in it are missing from every answer. Put the file from a backup in its place and start the hub again. Which one, and why:",
	},
	error: {
		pageTitle: "This page could not be loaded",
		page: "The hub has probably been updated while this page was open. Load it anew.",
		reload: "Load anew",
	},
	signs: {
		title: "How to read a way",
		stop: "a host that had the message; a small ring is a filter",
		travelled: "a way it went, with the time it took",
		tried: "a way that was tried",
		outcomes: {
			delivered: "in the mailbox, seen by a host of yours",
			relayed: "taken over by a host that nobody watches",
			delayed: "waits and is tried again",
			failed: "refused or given up",
			discarded: "dropped or kept back on purpose",
			unknown: "its log is missing, so nobody knows",
		},
	},
};

export type EverywhereTexts = typeof everywhereEn;
