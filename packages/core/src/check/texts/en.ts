/** English words of a check. */
import type { CheckTexts } from "./check-text.ts";

export const EN: CheckTexts = {
	findings: {
		resolved: "{name} is {addresses}",
		"resolved-elsewhere": "no address of {name} itself is known; mail does not need one",
		"address-given": "{name} is an address; no name had to be looked up",
		"name-not-found": "there is no such name: {name}",
		"no-address": "{name} exists but has no address (neither A nor AAAA)",
		"lookup-timeout": "the name server did not answer for {name}",
		"lookup-failed": "the name server failed for {name} ({error})",
		"mx-found": "mail for {name} goes to {hosts}",
		"mx-none": "{name} has no MX record, so mail goes to the host itself",
		"mx-null": "{name} says that it takes no mail (null MX, RFC 7505)",
		"mx-unresolved": "mail for {name} goes to {hosts}, and none of these names has an address",
		"mx-alias":
			"mail for {name} goes to {hosts}; {alias} is an alias (CNAME), which an MX must not name (RFC 2181)",
		answers: "{address} answers ({how})",
		silent: "{address} answers nothing: neither ping nor ports {ports}",
		"no-route": "this machine has no way to {address} ({error})",
		"port-open": "connected to {address} port {port}",
		"port-refused": "{address} refused the connection to port {port}",
		"port-timeout": "{address} did not answer on port {port} within {seconds} s",
		"port-unreachable": "the connection to {address} port {port} failed: {error}",
		greeted: "it greets: {reply}",
		"greeting-refused": "it refuses us at the greeting: {reply}",
		"no-greeting": "connected, but no greeting came within {seconds} s",
		closed: "it closed the connection {when}",
		"not-smtp": "what answers is no mail server: {reply}",
		"ehlo-accepted": "it offers {extensions}",
		"ehlo-refused": "it refuses EHLO {name}: {reply}",
		"tls-started": "encrypted with {protocol}, {cipher}",
		"tls-not-offered": "it offers no encryption (STARTTLS) on port {port}",
		"tls-refused": "it offers STARTTLS and then refuses it: {reply}",
		"tls-failed": "the TLS handshake failed: {error}",
		"certificate-valid": "certificate for {names}, by {issuer}, valid for {days} more days",
		"certificate-near-end": "certificate for {names}, by {issuer}, ends in {days} days",
		"certificate-expired": "the certificate for {names} ended on {until}",
		"certificate-name": "the certificate is for {names}, not for {host}",
		"certificate-untrusted": "the certificate is not trusted: {error}",
		"policy-broken": "{policy} demands a certificate that this one is not: {error}",
		"auth-offered": "log-in offered: {mechanisms}",
		"auth-not-offered": "no log-in offered",
		"auth-in-clear": "log-in offered without encryption: {mechanisms}",
		"ptr-confirmed": "our address {own} is {name}, and {name} is {own}",
		"ptr-missing": "our address {own} has no reverse name (PTR)",
		"ptr-unconfirmed": "our address {own} is {name} by PTR, but {name} is not {own}",
		"ptr-unknown": "the reverse name of our address {own} could not be looked up ({error})",
		"own-address-private":
			"our address {own} is a private one; the remote sees another, which this check cannot know",
		"not-listed": "our address {own} is not on {list}",
		listed: "our address {own} is on {list}{answer}",
		"list-unusable": "{list} does not answer usably: {error}",
	},
	verdicts: {
		reachable: {
			title: "{target} can be reached",
			explanation: "The name, the port and the SMTP dialogue are in order ({where}). Nothing was sent.",
			steps: [
				"If mail still does not arrive, the way there is not the reason: search for the message and read what was answered to it.",
			],
		},
		"partly-reachable": {
			title: "{target} can be reached, but not on every way",
			explanation: "{where} is in order, so mail gets there. {failed}",
			steps: [
				"Mail gets through on the other way, perhaps later. If delays matter, mend the way that failed (see the steps below).",
			],
		},
		"name-not-found": {
			title: "There is no name {name}",
			explanation: "The name servers say that it does not exist, so no mail program can find it.",
			steps: [
				"Check the spelling, letter by letter: this is nearly always a typing error in an address or in the mail program's settings.",
				"If the name is right, its owner has lost it: look whether the domain is still registered.",
			],
		},
		"no-address": {
			title: "{name} exists but has no address",
			explanation:
				"The name has neither an A nor an AAAA record and no MX that leads further, so nobody can connect to it.",
			steps: [
				"Check the name: the mail host often has another one (mail.…, smtp.…).",
				"If the name is right, its owner has to add an address or an MX record.",
			],
		},
		"name-lookup-failed": {
			title: "The name {name} could not be looked up",
			explanation: "The name server gave no usable answer ({error}). The name may well exist.",
			steps: [
				"Look up another name from the same host: if that fails too, its own name server (/etc/resolv.conf) is the trouble.",
				"If only this name fails, the domain's name servers are the trouble: its owner has to mend them. Mail waits in the queue meanwhile.",
			],
		},
		"null-mx": {
			title: "{name} takes no mail",
			explanation: "Its owner says so in the DNS (null MX, RFC 7505). Every mail to it is returned at once.",
			steps: ["Ask the recipient for another address: this domain never receives mail."],
		},
		"mx-unresolved": {
			title: "The mail hosts of {name} have no address",
			explanation: "The domain names {hosts} as its mail hosts, and none of them can be resolved.",
			steps: [
				"Tell the owner of {name} by another way (telephone, web form): only they can mend their MX records.",
				"Mail stays in the queue and is returned when its time is over.",
			],
		},
		"port-refused": {
			title: "{where} refuses connections",
			explanation:
				"The host itself is there: it answered at once that nothing listens on port {port}, or that this port is closed to us.",
			steps: [
				"Check the port number: 25 is for servers, 587 and 465 are for mail programs with a log-in.",
				"If the port is right, the mail server there is not running or its firewall refuses us: ask its administrators.",
				"If {host} is yours: see whether the mail service runs and on which addresses it listens (ss -ltnp).",
			],
		},
		"timeout-host-answers": {
			title: "Port {port} of {where} is closed, while the host itself answers",
			explanation:
				"The host answers ({how}), but the connection to port {port} gets no answer at all: something on the way throws it away.",
			steps: [
				"Try the same from another network. If it works there, our own line or provider blocks port {port} (usual for 25): use 587, or ask the provider to open it.",
				"Look at a firewall or security software on our side that blocks outgoing mail.",
				"If it fails from everywhere, the server's firewall does not let you in: ask its administrators to allow our address.",
				"Check the port number in the settings.",
			],
		},
		"timeout-silent": {
			title: "{where} does not answer",
			explanation:
				"Neither port {port} nor anything else of this host answered. It is down, or a firewall throws everything away that comes from us.",
			steps: [
				"Check from another host: if it answers there, a firewall between us and it is the reason.",
				"Test another destination on port {port} from the same host: if that fails too, the way out is closed (many providers close port 25 until you ask).",
				"If it fails from everywhere, the host is down: wait, or tell its administrators by telephone.",
			],
		},
		unreachable: {
			title: "There is no way from here to {where}",
			explanation: "The network said so: {error}.",
			steps: [
				"Look at the network of our host: address, default route, and whether it has IPv6 if the target has only that.",
				"If other destinations can be reached, the trouble is on the way or at the target's provider.",
			],
		},
		"no-greeting": {
			title: "{where} takes the connection and then says nothing",
			explanation: "A mail server greets first. This one did not within the time.",
			steps: [
				"Try again in some minutes: a busy server, or one that slows strangers down on purpose, greets late.",
				"Port 465 speaks TLS from the start: use it with --port 465, not 587.",
				"If it stays so, ask its administrators; a firewall that inspects mail may hold the connection.",
			],
		},
		"connection-lost": {
			title: "{where} closes the connection",
			explanation: "It took the connection and closed it {when}, without a word.",
			steps: [
				"Try again: if it happens every time, it closes the connection on purpose, most often because of our address.",
				"Check the reverse name (PTR) of our address and whether it is on a block list, then ask the administrators there.",
			],
		},
		"not-smtp": {
			title: "No mail server answers on {where}",
			explanation: "Something answers there, but it does not speak SMTP: {reply}",
			steps: ["Check the port number, and whether a captive portal or proxy stands in between."],
		},
		"tls-failed": {
			title: "No encrypted connection to {where}",
			explanation: "The connection stands, but TLS could not be agreed: {error}",
			steps: [
				"If the other side is old, it may know only TLS 1.0 or weak keys, which current systems refuse: it has to be updated.",
				"A mail server may be allowed to deliver without encryption (Postfix: smtp_tls_security_level = may); do so only for this destination.",
			],
		},
		"tls-missing": {
			title: "{where} offers no encryption",
			explanation: "A port for mail programs has to encrypt before the log-in; this one does not offer it.",
			steps: [
				"Do not log in on this port: the password would cross the network readably.",
				"Use port 465, or switch STARTTLS on at the server.",
			],
		},
		"certificate-bad": {
			title: "The certificate of {where} is not good",
			explanation:
				"{error} Mail programs warn or refuse; mail servers that demand a good certificate do not deliver.",
			steps: [
				"If the server is yours: renew the certificate, for the name {host}, with the whole chain, and reload the mail service.",
				"If it is not, tell its administrators; do not switch the check off in mail programs.",
			],
		},
		"reverse-name-missing": {
			title: "{target} can be reached, but our own address has no proper reverse name",
			explanation: "{ptr}. Many destinations refuse mail from such an address.",
			steps: [
				"Ask the provider of the address to set its PTR record to the name that your mail server says in EHLO.",
				"Give that name an A (or AAAA) record with the same address.",
			],
		},
		listed: {
			title: "{target} can be reached, but our own address is on a block list",
			explanation: "{listed}. Destinations that use this list refuse mail from us.",
			steps: [
				"First stop what brought it there: look for accounts or scripts that send what they should not.",
				"Then look the address up at the list and ask for removal there.",
			],
		},
	},
	others: "These failed: {list}.",
	said: "The connection stands, and {where} itself refuses us: {reply}",
	lookupLink: "Look up the address on the block list",
};
