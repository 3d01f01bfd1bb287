# A destination that nobody of us watches, and that believes a block list: who stands in it is refused at the greeting.
. /lab/configure/postfix.sh
mailboxes d.example
postconf -e virtual_mailbox_domains=d.example virtual_mailbox_maps=hash:/etc/postfix/boxes enable_long_queue_ids=no \
	smtpd_delay_reject=no "smtpd_client_restrictions=permit_mynetworks, reject_rbl_client dnsbl.example.net" \
	'default_rbl_reply=554 5.7.0 Blocked - see https://dnsbl.example.net/dnsbl-lookup.cgi?ip=$client_address'
postfix start
