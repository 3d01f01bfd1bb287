/** English: plain words that a colleague would say; steps in the order in which to do them. */
import type { Texts } from "./cause-text.ts";

export const EN: Texts = {
	ours: { our: "our", Our: "Our" },
	theirs: { our: "the client's", Our: "The client's" },
	refusedHere: {
		"to-a-client": {
			explanation: "This refusal is our own: {host} gave the answer to the client that wanted to deliver.",
			steps: [
				"If the refusal is right, there is nothing to do here: the sender has to put it right on their side.",
				"If the sender is wanted, look at the rule in the line and make an exception for this client or sender on {host}.",
			],
			waits: [
				"Wait: a mail server that was put off tries again by itself, and comes in then. One that does not come back has given up, or never was a mail server.",
				"If its mail must not wait, make an exception for this client or sender on {host}.",
				"If everybody is put off, look in the log of {host} for what keeps it from taking mail: a filter that is down, a full disk.",
			],
			toRecipient: [
				"{recipient} is one of yours: let them make room or change their settings, or do it for them.",
				"After a temporary answer (4xx) the client tries again by itself; after a permanent one (5xx) the sender has to send again.",
			],
		},
		"by-a-filter": {
			explanation:
				"This refusal is our own: the content filter of {host} gave it, before the message went on.",
			steps: [
				"If the filter is right, there is nothing to do here: the sender has to put it right on their side.",
				"If the message is wanted, look in the filter's own lines for what it found and where it kept the message, release it, and make an exception in the filter of {host}.",
			],
			waits: [
				"Wait: the queue of {host} tries again by itself.",
				"If it goes on, look in the filter's own lines for what keeps it from its work.",
			],
			toRecipient: [
				"{recipient} is one of yours: let them make room or change their settings, or do it for them.",
			],
		},
	},
	missing: {
		destination: "the destination",
		host: "the receiving host",
		ip: "",
		recipient: "the recipient",
		sender: "the sender",
		list: "a block list",
	},
	ip: " {ip}",
	list: "the block list {name}",
	lookup: "Look it up at {link}",
	checks: "SPF, DKIM or DMARC",
	links: {
		dnsbl: "Look up the address on the block list",
		other: "The destination's explanation",
		provider: "{name}: page for senders",
	},
	notes: {
		outboundWorks:
			"The same host reached {other} with this message, so its way out on port 25 is open: the first or second reason is the likely one.",
		outboundUnknown:
			"Nothing in this journey shows which of the three it is; try another destination from the same host to tell.",
		retriedInVain:
			"The answer is a permanent one (5xx) given at the greeting, so the queue keeps trying, but a retry will not help.",
		giveUp:
			"The queue gave up after the time it is allowed to keep trying. What stood in the way until then:",
	},
	causes: {
		"delivered-to-mailbox": {
			title: "Delivered into the mailbox of {recipient}",
			explanation: "The host that holds the mailbox logged that it stored the message.",
			steps: [
				"If {recipient} does not see it, look into the folder that the log names, then search the mailbox by Message-ID.",
				"Then look at filters and forwarding in the mail client: nothing on the way held it back.",
			],
		},
		"filed-as-junk": {
			title: "Delivered, but filed as junk",
			explanation: "The receiving host stored the message in the junk folder of {recipient}.",
			steps: [
				"Ask {recipient} to look into the junk folder and to mark the message as not junk.",
				"Check SPF, DKIM and DMARC of the sender's domain and the filter's score in the log, so that the next one goes to the inbox.",
			],
		},
		"accepted-by-next-host": {
			title: "{host} accepted the message; what happened then is not in our logs",
			explanation:
				"The next host took responsibility with a 2xx answer. That is not yet the mailbox: nobody watches that host here, so the trail ends with its words.",
			steps: [
				"Ask {recipient} to look into the junk folder: it may have been delivered and sorted there.",
				"Ask whether security software or a filter on their side deleted or quarantined it.",
				"If it is in neither, give the administrators of {destination} the time, both addresses, the Message-ID and the id in their answer.",
			],
		},
		reachable: {
			title: "{host} can be reached",
			explanation: "Its name, its port and the SMTP dialogue are in order.",
			steps: ["If mail still does not arrive, search for the message and read what was answered to it."],
		},
		"passed-on": {
			title: "Passed on to other addresses",
			explanation: "The address is an alias or a list: the message went on to the addresses behind it.",
			steps: ["Look at those recipients in this journey."],
		},
		"discarded-by-filter": {
			title: "A filter threw the message away",
			explanation: "A rule or filter on our side discarded it without telling the sender.",
			steps: [
				"Look at the line that says so for the rule's name and score.",
				"If the rule was wrong, change it and ask the sender to send again: the message itself is gone.",
			],
		},
		"deleted-from-queue": {
			title: "Somebody deleted the message while it waited in the queue",
			explanation:
				"The message still had to be tried again when a command took it out of the queue (postsuper -d, exim -Mrm, smtpctl remove). It went nowhere, and the sender was not told.",
			steps: [
				"Look at the line that removed it for when, and ask who worked on that host then.",
				"Ask the sender to send again: the message itself is gone.",
				"Before it is sent again, see to what the tries met until then.",
			],
		},
		quarantined: {
			title: "A filter holds the message in quarantine",
			explanation: "The filter judged the message and put it away instead of delivering it.",
			steps: [
				"Look at the verdict in the log: what it found and with which score.",
				"Release it from the quarantine by its quarantine id, or tell the sender why not.",
			],
		},
		"automatic-reply": {
			title: "An automatic reply, not a failure",
			explanation: "The mailbox received the message and answered by itself.",
			steps: ["Nothing to do."],
		},
		complaint: {
			title: "A recipient complained about the message, or a check of it failed",
			explanation:
				"The recipient's provider reports on a message that it received: somebody marked it as junk or unsubscribed, or the check of its sender failed. It is no bounce.",
			steps: [
				"If somebody complained or unsubscribed, take {recipient} off the list at once: complaints lower the reputation of the sender's addresses.",
				"If the check of the sender failed, look at SPF, DKIM and DMARC of the sender's domain.",
			],
		},
		"name-not-found": {
			title: "{destination} does not exist, or takes no mail",
			explanation:
				"The name could not be found in DNS: it is mistyped, expired, or has neither MX nor address.",
			steps: [
				"Check the spelling of the address after the @.",
				"If it is right, ask DNS for MX, A and AAAA of {destination} from the mail host.",
				"If others can resolve it, look at the resolver of the mail host.",
			],
		},
		"no-route": {
			title: "Our mail system has no way to deliver to {recipient}",
			explanation:
				"Exim says “Unrouteable address” both for a domain that does not exist or takes no mail and for an unknown mailbox of a domain that this host serves itself. The line does not say which of the two it is.",
			steps: [
				"Check the spelling of the whole address, before and after the @.",
				"On the mail host run exim -bt with the address: it shows which router declined it, and why.",
				"If the domain is one that this host serves, create the mailbox or alias; otherwise ask DNS for MX, A and AAAA of {destination}.",
				"Send again once the address is right: the message has gone back to its sender.",
			],
		},
		"name-lookup-failed": {
			title: "DNS did not answer for {destination}",
			explanation:
				"The name could be neither found nor ruled out: a resolver or the domain's name servers did not answer. The queue tries again.",
			steps: [
				"Ask DNS for MX of {destination} from the mail host, with its own resolver and with another one.",
				"If only ours fails, repair the resolver; if all fail, tell the domain's owner.",
			],
		},
		"still-in-queue": {
			title: "Not delivered yet: the message waits in the queue",
			explanation:
				"The host says that it could not deliver so far, without saying why, and that it keeps trying. Nothing is lost and nobody has to send again.",
			steps: [
				"Wait for the next retries; another report comes when the host gives up.",
				"If it is urgent, ask the administrators of the host that wrote this for the reason in its log.",
			],
		},
		"port-refused": {
			title: "{host} refused the connection",
			explanation:
				"The host is there, but nothing listens on the port, or a firewall answers with a refusal.",
			steps: [
				"Check that the MX of {destination} and the port are right.",
				"Wait for the retries: a restart of their server looks like this.",
				"If it lasts, tell the administrators of {destination} by another way.",
			],
		},
		"connect-timeout": {
			title: "No connection to {host}: it did not answer in time",
			explanation:
				"Nothing came back from the other side. Likely reasons: the receiving server is down; it, or a firewall before it, drops connections from our address; or our host or provider does not let connections to port 25 out.",
			steps: [
				"From the mail host, try {host} on port 25, and then another destination on port 25.",
				"If every destination fails, outgoing port 25 is closed: check our firewall, and ask the provider whether port 25 must be requested (many clouds block it until asked).",
				"If only this one fails, ask the administrators of {destination} whether the server is down or drops our address.",
			],
		},
		"host-unreachable": {
			title: "There is no way to {host}",
			explanation:
				"The network said that the host or its network cannot be reached: a route is missing, often for IPv6.",
			steps: [
				"If the address is IPv6, check that this host has working IPv6, or let the MTA prefer IPv4.",
				"Otherwise trace the route from the mail host and tell the network's operators.",
			],
		},
		"connection-lost": {
			title: "The connection to {host} broke off",
			explanation: "The conversation began and then ended without an answer.",
			steps: [
				"Look at which command it broke: at the greeting it is often a block, in the data a size or MTU problem.",
				"If it is always the same place, tell the administrators of {destination}; a firewall that inspects SMTP is a common reason.",
			],
		},
		"conversation-timeout": {
			title: "{host} stopped answering in the middle of the conversation",
			explanation:
				"The connection stood, but an answer did not come in time. Their server is slow or overloaded, or packets get lost.",
			steps: [
				"Wait for the retries.",
				"If it happens with large messages only, look for an MTU problem on the way.",
				"If it broke after the end of the data, the message may have arrived: check before sending again.",
			],
		},
		"tls-failed": {
			title: "No encrypted connection to {host}",
			explanation:
				"TLS was required or tried, and could not be agreed on: protocol version, certificate or STARTTLS itself.",
			steps: [
				"Test STARTTLS to {host} from the mail host and read the error.",
				"If our rules demand a valid certificate (DANE, MTA-STS, a policy table), tell {destination} that theirs is not.",
				"If their TLS is too old, allow it for this destination only, knowingly.",
			],
		},
		"mail-loop": {
			title: "The message goes round in circles",
			explanation:
				"It passed too many hosts, or a host would have to send it to itself: forwarding or MX records point back.",
			steps: [
				"Follow the stops in this journey to where it turns back.",
				"Remove that forwarding, or add the domain to the final host's local domains, or repair the MX.",
			],
		},
		"expired-in-queue": {
			title: "Given up after waiting in the queue too long",
			explanation: "Every try failed until the queue's time limit, so the message went back to its sender.",
			steps: [
				"Look at the last tries: their reason is what has to be repaired.",
				"Then send the message again: it is no longer in the queue.",
			],
		},
		"auth-required": {
			title: "{host} wants a login before it takes mail",
			explanation: "The server relays only for users who have logged in (SMTP AUTH).",
			steps: [
				"Turn on SMTP authentication in the mail program, or set user and password for this relay in the MTA.",
				"Use the submission port, 587 or 465, instead of 25.",
			],
		},
		"auth-failed": {
			title: "{host} did not accept the login",
			explanation: "User name or password is wrong, expired, or the account may not use this way to log in.",
			steps: [
				"Check user name and password; some providers want an app password.",
				"Check that the method and TLS fit what the provider asks for.",
			],
		},
		"dnsbl-listed": {
			title: "{Our} address{ip} is on {list} that {destination} uses",
			explanation:
				"{destination} refuses mail from {our} address{ip} because {list} names it: spam came from it, now or before we had it. A retry does not help until it is off the list. {lookup}",
			steps: [
				"Open {link} and see why the address is listed.",
				"Make sure that no spam leaves this host now: look for a broken-in account, an open form or relay in the outgoing mail.",
				"Then ask for removal on the list's page.",
				"After removal, flush the queue, or send again what bounced.",
			],
		},
		"address-blocked": {
			title: "{destination} blocks {our} address{ip}",
			explanation:
				"{destination} refuses connections from {our} address{ip} by a list or rule of its own. {lookup}",
			steps: [
				"Open {link} and follow what it says.",
				"Make sure that no spam leaves this host.",
				"Ask the postmaster of {destination} to remove the block, with the address, the time and the exact answer.",
				"Until then, send to this destination through another relay.",
			],
		},
		"reputation-low": {
			title: "{destination} does not trust {our} address or domain{ip}",
			explanation:
				"The reputation of the sending address or domain is too low: too much spam or too many complaints, or it is new.",
			steps: [
				"Open {link} and see what they say about it.",
				"Stop what hurts the reputation: spam from broken-in accounts, mail to old lists.",
				"Check that SPF, DKIM and DMARC pass, then send little and regularly until it recovers.",
			],
		},
		"reverse-name-missing": {
			title: "{Our} address{ip} has no proper reverse name (PTR)",
			explanation:
				"{destination} takes mail only from addresses whose reverse name exists and points back to the address.",
			steps: [
				"Ask the provider of the address to set its PTR record to the mail host's name.",
				"Let that name's A or AAAA record point back to the same address.",
				"Let the MTA say the same name in EHLO (Postfix: myhostname or smtp_helo_name).",
			],
		},
		"helo-refused": {
			title: "{destination} does not accept the name that {our} server says",
			explanation: "The name in HELO/EHLO is not a full name, does not exist, or does not fit the address.",
			steps: [
				"Set a full name that resolves to our address (Postfix: myhostname or smtp_helo_name).",
				"Let the reverse name of the address be the same.",
			],
		},
		"default-envelope-sender": {
			title: "A program sent as {sender}, the web server's own user, and was refused",
			explanation:
				"The message was handed in on the host itself without an envelope sender (Return-Path), so the MTA took the name of the user who ran the program. That address differs from the From: header, and such mail is refused by many servers.",
			steps: [
				'In PHP, give the sender: mail(…, "-f you@example.com"), or sendmail_path = "/usr/sbin/sendmail -t -i -f you@example.com" in php.ini.',
				"In other programs set Return-Path (the envelope sender) to the same address as From:.",
				"As a safety net, rewrite the address in the MTA (Postfix: sender_canonical_maps or smtp_generic_maps).",
				"If it is still refused with the right sender, open {link} and check whether our address is listed.",
			],
		},
		"sender-policy": {
			title: "The sender's domain does not vouch for this mail ({checks})",
			explanation:
				"{destination} checked by {checks} who may send for the sender's domain, and our server{ip} did not pass.",
			steps: [
				"Look at the SPF record of the sender's domain: our sending address has to be in it.",
				"Check that outgoing mail is signed with DKIM and that the key is in DNS.",
				"For DMARC, the domain of From: has to be the one that SPF or DKIM vouches for.",
				"If the mail was forwarded, use SRS or let the original DKIM signature survive.",
				"Open {link} for what they ask for.",
			],
		},
		"sender-refused": {
			title: "{destination} refused mail from {sender}",
			explanation:
				"The refusal is about the sender's address: its domain does not exist, is blocked, or may not write to this recipient.",
			steps: [
				"Check that the domain of {sender} exists and has an MX or address record.",
				"If it is a local name (user@host), send with a real address.",
				"If the address is blocked or must be a member of the list, ask the recipient or the list's owner.",
			],
		},
		"certificate-invalid": {
			title: "The certificate of {host} did not pass the check",
			explanation:
				"The connection is encrypted, but the certificate is not one that our settings accept: expired, for another name, or from an issuer that we do not trust. A rule of ours (DANE, MTA-STS or a policy of this host) says that it must be.",
			steps: [
				"Look at the certificate: openssl s_client -starttls smtp -connect with the host and port 25; compare names, dates and issuer.",
				"If theirs is wrong, tell the administrators of {destination}: everybody with the same rules is affected.",
				"If only our list of issuers is old, update it (ca-certificates).",
			],
		},
		"tls-required": {
			title: "{host} takes mail over encrypted connections only",
			explanation: "The host wants STARTTLS first and our side did not use it for this connection.",
			steps: [
				"Turn on TLS for outgoing mail (Postfix: smtp_tls_security_level = may; Exim and Sendmail: STARTTLS for clients).",
				"If it is on, look at the lines before this one: a handshake that failed may have led to a try without TLS.",
			],
		},
		"mx-points-to-us": {
			title: "DNS sends the mail for {destination} to this host, which is not set up for it",
			explanation:
				"The best MX of the domain is this host itself, but its settings do not list the domain as its own. Delivering would send the message round in circles.",
			steps: [
				"If this host is to take the domain's mail: add it to its domains (Postfix: mydestination, virtual_mailbox_domains or relay_domains; Sendmail: local-host-names; Exim: local_domains; qmail: locals or rcpthosts).",
				"If not: correct the MX record of {destination}.",
				"Send again; the returned messages do not come back by themselves.",
			],
		},
		"dynamic-address": {
			title: "{Our} address{ip} belongs to a range that should not send mail directly",
			explanation:
				"The receiving side, or a list that it uses, takes no mail from addresses that are given to homes and offices for a time. That says nothing about the message.",
			steps: [
				"Send through the relay of the provider or a sending service, with a login.",
				"If the address is a fixed one of a server: give it a reverse name that says so, and ask the provider to take it off the list of dynamic ranges (for Spamhaus PBL the owner can do that on the list's page).",
				"Open {link} for the list's own explanation.",
			],
		},
		"talked-too-early": {
			title: "{host} hung up because our side spoke out of turn",
			explanation:
				"The client sent commands before the greeting or before the answer to the last one. Spam programs do that; so do some firewalls and old or wrongly set mail programs.",
			steps: [
				"Look at which program sent this message: a proxy, an application with SMTP code of its own, or a firewall that rewrites SMTP.",
				"Turn off SMTP inspection on firewalls in between (Cisco: no fixup or inspect esmtp).",
				"Use a mail server that waits for the greeting and keeps to RFC 5321.",
			],
		},
		"sending-limit-reached": {
			title: "Our own account has reached its sending limit at {host}",
			explanation:
				"The service that sends for us counts messages or recipients per hour or day, and this account has used up its share. The recipient has nothing to do with it.",
			steps: [
				"Find out what sent so much: a newsletter, a loop in an application, or a stolen password.",
				"Wait until the period is over; the queue tries again where the answer is 4xx.",
				"If the volume is right, raise the limit with the service, or send bulk mail by another way.",
			],
		},
		"sender-not-verified": {
			title: "{host} does not know the sender's address as one of ours",
			explanation:
				"The service that sends for us takes only addresses and domains that were confirmed in the account.",
			steps: [
				"Confirm the sender's address or domain in the account of the service (SPF and DKIM records in DNS).",
				"Until then, send with an address that is confirmed, in the envelope and in From:.",
				"New accounts are often limited to confirmed recipients too: ask the service to lift that.",
			],
		},
		"account-paused": {
			title: "{host} has stopped sending for our account",
			explanation:
				"The service or provider that sends for us blocked the account, the domain or the address, mostly because mail from it looked like spam or was complained about.",
			steps: [
				"Look into the account's inbox and pages for the reason that they give.",
				"Find what sent the mail: change the passwords of accounts that were broken into, close open forms.",
				"Then ask the service to release the account. Open {link} for how.",
			],
		},
		"filter-unavailable": {
			title: "The filter on our own host does not answer",
			explanation:
				"The mail system hands every message to a filter or store before it goes on (amavis, a milter, an LMTP socket), and that did not accept the connection. Mail waits in the queue and nothing is lost.",
			steps: [
				"See whether the filter runs and why it stopped: systemctl status, and its own log.",
				"Start it again, then let the queue run (postqueue -f, or wait for the retries).",
				"If it dies again, look at memory, its signature database and the number of its processes against the number of connections that the MTA opens.",
			],
		},
		"transport-stopped": {
			title: "Our own mail system does not deliver at the moment",
			explanation:
				"The part of the mail system that would deliver this message does not start, crashes, or the message is held by hand. It has nothing to do with the destination.",
			steps: [
				"Look for fatal and panic lines around this time: they name what does not start.",
				"Check the setting of the transport (Postfix: master.cf and transport_maps; Exim: the transport named in the line).",
				"After repair let the queue run: postqueue -f; Exim: exim -Mt ID for a frozen message, then exim -qff.",
			],
		},
		"local-disk-full": {
			title: "The disk of our own host is full, or a file has reached its limit",
			explanation:
				"The message could not be written into the mailbox or the queue. It stays in the queue until there is room.",
			steps: [
				"Look at df -h and df -i of the file systems of the mailboxes and the queue.",
				"Make room: old logs, old backups, the largest mailboxes.",
				"Where the file itself is too large, raise mailbox_size_limit (Postfix) or move to maildir.",
			],
		},
		"local-permission": {
			title: "The mailbox of {recipient} cannot be written on our own host",
			explanation:
				"The delivery program has no right to write there: owner, group or mode of the mailbox or a folder above it is wrong, or SELinux or AppArmor forbids it.",
			steps: [
				"Look at the owner and mode of the mailbox and of every folder above it (namei -l and the path in the line).",
				"Set them as the delivery program expects; for a new user create the folder.",
				"If the modes are right, look for denials in the audit log (ausearch -m avc, journalctl -t audit).",
			],
		},
		"forward-file-refused": {
			title: "A forwarding file of {recipient} is not accepted",
			explanation:
				"The mail system reads the user's forwarding rules (.forward, :include:, a program) only when nobody else can write them and programs are allowed there.",
			steps: [
				"Look at the owner and mode of the file and of the home folder: they must belong to the user and be writable by nobody else.",
				"If it starts a program: the user needs a valid shell, and the program must be allowed (smrsh, allow_mail_to_commands).",
				"Test with one message to {recipient}.",
			],
		},
		"removed-by-administrator": {
			title: "An administrator took the message out of the queue",
			explanation: "Somebody removed it by hand on our own host before it was delivered.",
			steps: [
				"Ask who did it and why: the time of the line helps.",
				"If it was a mistake, the sender has to send again.",
			],
		},
		"asked-to-retry": {
			title: "{host} asks to come again later, without saying why",
			explanation:
				"The answer is a temporary one and names no reason: load, maintenance, or a test of senders that they do not know. The queue tries again by itself.",
			steps: [
				"Wait for the retries; most messages go through with one of the next.",
				"If it lasts for hours, look whether other destinations accept mail, and ask the postmaster of {destination} with time, addresses and the answer.",
			],
		},
		"relay-denied": {
			title: "{host} does not take mail for {destination}",
			explanation: "The server says that it is not responsible for this domain and does not relay for us.",
			steps: [
				"Check the MX of {destination}: does it point to this host? If so, its owner has to add the domain there.",
				"If this host is our own relay, let it accept us: log in, or add our network to its permitted ones.",
			],
		},
		greylisted: {
			title: "Greylisted: {destination} asks for another try later",
			explanation:
				"The receiving side puts off mail from senders that it does not know yet. The next try in some minutes is normally accepted.",
			steps: [
				"Wait: the queue tries again by itself.",
				"If it lasts longer than an hour, check that retries come from the same address.",
			],
		},
		"rate-limited": {
			title: "{destination} says that we send too much or too fast",
			explanation:
				"The receiving side takes only so many connections or messages in a time. After a temporary answer (4xx) the queue tries again; after a permanent one (5xx) the message has to be sent again, later.",
			steps: [
				"Look at what else goes to this destination now: a newsletter, or spam from a broken-in account.",
				"Send slower to it (Postfix: its own transport with destination_concurrency_limit and destination_rate_delay).",
				"Open {link} for their limits.",
			],
		},
		"user-unknown": {
			title: "There is no mailbox for {recipient}",
			explanation: "{destination} says that the address does not exist.",
			steps: [
				"Check the spelling of the address, and ask the recipient for the right one.",
				"Remove the address from lists: mail to unknown addresses hurts the reputation.",
			],
		},
		"user-moved": {
			title: "{recipient} has moved to another address",
			explanation: "The address is no longer in use at {destination}.",
			steps: ["Look for the new address in the answer, or ask the recipient.", "Update the address book."],
		},
		"account-disabled": {
			title: "The mailbox of {recipient} is disabled",
			explanation: "The address exists, but its account is suspended, inactive or closed.",
			steps: ["Reach the recipient by another way and tell them.", "Remove the address from lists."],
		},
		"mailbox-full": {
			title: "The mailbox of {recipient} is full",
			explanation: "The recipient has to make room before new mail fits.",
			steps: [
				"Tell the recipient by another way.",
				"After a temporary answer (4xx) the queue keeps trying by itself; if the message has bounced, send it again when there is room.",
			],
		},
		"refused-by-recipient": {
			title: "The recipient's own filter refused the message",
			explanation:
				"The address exists or may exist, but its owner's settings do not let this sender in. Japanese mobile carriers answer so with the words of an unknown user.",
			steps: [
				"Check the spelling of {recipient}.",
				"Ask the recipient to allow the sender's domain in the carrier's or mailbox's filter settings, then send again.",
			],
		},
		"refused-by-recipient/securityerror": {
			title: "{recipient} takes mail only from permitted senders",
			explanation: "The mailbox or group accepts only members or senders from its own organisation.",
			steps: ["Ask the owner of {recipient} to permit the sender or mail from outside."],
		},
		"address-suppressed": {
			title: "The sending service no longer sends to {recipient}",
			explanation:
				"The address is on the service's suppression list, because mail to it bounced or was marked as spam before.",
			steps: [
				"Check that the address is right and wants the mail.",
				"Remove it from the service's suppression list, then send again.",
			],
		},
		"message-too-large": {
			title: "The message is too large for {destination}",
			explanation:
				"It is larger than the receiving side takes. Attachments grow by a third when they are sent.",
			steps: [
				"Send a link instead of the attachment, or split it.",
				"If our own limit refused it, raise it (Postfix: message_size_limit).",
			],
		},
		"message-too-large/exceedlimit": {
			title: "The message is larger than the recipient's limit",
			explanation: "The mailbox takes no messages of this size.",
			steps: ["Send a link instead of the attachment, or split it."],
		},
		"too-many-recipients": {
			title: "Too many recipients at once",
			explanation: "The receiving side takes only so many recipients in one message.",
			steps: [
				"Send in smaller groups, or lower the limit per delivery (Postfix: destination_recipient_limit).",
			],
		},
		"content-refused": {
			title: "{destination} refused the content of the message",
			explanation:
				"Something in the message is not accepted: an attachment's type, a header, the form of the content.",
			steps: [
				"Read in the answer what it is.",
				"Send without the attachment, or as a link; correct the header in the program that made it.",
			],
		},
		"content-refused/spamdetected": {
			title: "{destination} took the message for spam",
			explanation: "A content filter on the receiving side judged the message as spam.",
			steps: [
				"Look at the message as a filter does: links, wording, attachments, missing plain text.",
				"Check that SPF, DKIM and DMARC pass.",
				"Open {link} for what they say about it.",
				"If the message is legitimate, ask the postmaster of {destination} to look, with time and exact answer.",
			],
		},
		"virus-found": {
			title: "A virus scanner refused the message",
			explanation: "The receiving side found malware in it, or a file of a dangerous type.",
			steps: [
				"Scan the sender's computer and the attachment.",
				"If it is a false alarm, send the file in another way.",
			],
		},
		"message-malformed": {
			title: "The message does not have the form that the standard asks for",
			explanation:
				"A header is missing, doubled or wrong (RFC 5322): From, Date, Message-ID, line ends or lengths.",
			steps: ["Read in the answer which one it is.", "Correct the program that makes the message."],
		},
		"outgoing-check-refused": {
			title: "Stopped by the check of outgoing mail before it left",
			explanation:
				"A gateway on the sender's side holds outgoing mail until somebody approves it, and it was not approved. The recipient's server has not seen the message.",
			steps: [
				"Ask the approver that the notice names why it was held back.",
				"Correct recipients, attachments or text, and send again.",
				"If nobody was asked, let the gateway's administrators look at the approval rule for this sender.",
			],
		},
		"policy-refused": {
			title: "{destination} refused the message by its own policy",
			explanation: "The receiving side has a rule against this mail and does not say more.",
			steps: [
				"Open {link} for the rule.",
				"Check the usual: SPF, DKIM and DMARC, the reverse name, the envelope sender.",
				"Ask the postmaster of {destination}, with time, addresses and the exact answer.",
			],
		},
		"policy-refused/securityerror": {
			title: "{destination} denied access",
			explanation:
				"The receiving side refused for reasons of security and does not say which: the sending address, the sender or the recipient may be meant.",
			steps: [
				"Look at which command was answered: MAIL is about the sender, RCPT about the recipient, the greeting about our address.",
				"Check SPF, DKIM, DMARC and the reverse name.",
				"Ask the postmaster of {destination}, with time, addresses and the exact answer.",
			],
		},
		"not-accepting-mail": {
			title: "{destination} takes no mail",
			explanation:
				"The domain or the address says that it receives no mail (null MX, an address that only sends), or its server is closed for now: maintenance or overload.",
			steps: [
				"If it is a null MX or an address that only sends: nothing can be delivered there; ask for another one.",
				"If it is temporary, wait for the retries.",
			],
		},
		"host-broken": {
			title: "{host} has a fault of its own",
			explanation:
				"The receiving server could not process the message because of an error in its own system or configuration.",
			steps: [
				"Wait for the retries if the answer is temporary.",
				"If the host is ours, look into its log at that time; otherwise tell the administrators of {destination}.",
			],
		},
		"host-full": {
			title: "{host} has run out of space",
			explanation: "The receiving server's disk or memory is full; this is not about one mailbox.",
			steps: [
				"If the host is ours, make room now (queue and log partitions).",
				"Otherwise wait for the retries.",
			],
		},
		"delivery-program-failed": {
			title: "The delivery program failed",
			explanation:
				"The program that should have taken the message (a pipe, procmail, a mailing list) ended with an error.",
			steps: [
				"Look into that program's own log on {host} at that time.",
				"Run it by hand as the same user with a test message.",
			],
		},
		"command-refused": {
			title: "{host} did not understand our server",
			explanation:
				"A command or its argument was refused as unknown or wrong: often an old server, a firewall that inspects SMTP, or an address with characters beyond ASCII.",
			steps: [
				"Look at which command was answered.",
				"Try without the extension (Postfix: smtp_discard_ehlo_keywords).",
				"If a firewall inspects SMTP on the way, turn that off.",
			],
		},
		"reason-hidden-in-bounce": {
			title: "Refused; the reason stands only in the bounce",
			explanation:
				"Sendmail logs just “Service unavailable”. What {host} really said stands in the bounce that went to the sender, after “reason:” and in the transcript.",
			steps: [
				"Open the bounce of this message: in the sender's mailbox, or on the host in /var/spool/mail/USER.",
				"Read the line “(reason: 550 …)” or “<<< 550 …”, and have that explained here.",
				"If only this destination fails and others accept our mail, our address is probably blocked there.",
			],
		},
		"only-this-destination-fails": {
			title: "Only {destination} fails; other destinations accept our mail",
			explanation: "Our server works, and this destination refuses it: most likely it blocks our address.",
			steps: [
				"Read the exact answer in the bounce.",
				"Ask the postmaster of {destination} to remove the block.",
			],
		},
		"log-silent": {
			title: "The log is silent",
			explanation: "The host took the message, and then its log stopped. What happened since is not known.",
			steps: [
				"Check on the host that the log file grows.",
				"If it does not, restart the log daemon (systemctl restart rsyslog): a file that was overwritten or moved is no longer written to.",
			],
		},
		"host-not-watched": {
			title: "The trail ends at a host without an agent",
			explanation: "The message was handed to a host whose log is not collected here.",
			steps: [
				"Install an agent on that host, or import its log.",
				"Or ask its administrators, with the time and the queue id in its answer.",
			],
		},
		"no-outcome-logged": {
			title: "No outcome logged",
			explanation:
				"{host} took the message, and no line says what became of it: it waits in the queue, or lines of that host are missing.",
			steps: [
				"If it is recent, wait a moment and look again.",
				"Otherwise look at the queue of {host}, and check that its log is complete.",
			],
		},
		unknown: {
			title: "Refused or put off for a reason that we do not know",
			explanation: "No rule knows these words. They are: “{said}”",
			steps: [
				"Read the exact answer; open {link} for what they say about it.",
				"Ask the postmaster of {destination}, with time, addresses and the answer.",
			],
		},
		"unknown/silent": {
			title: "There is not enough to say why",
			explanation: "The log has no answer and no reason for this message.",
			steps: [
				"Look at the lines around that time on the same host.",
				"Check that the log of this host is complete.",
			],
		},
	},
};
