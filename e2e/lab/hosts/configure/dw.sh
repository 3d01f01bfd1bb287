# Destinations that nobody of us watches: they accept, except p.example, which refuses web servers' default senders.
. /lab/configure/postfix.sh
mailboxes w.example w1.example w2.example w3.example p.example
echo '/^(apache|www-data|nobody)@/ 554 Local Policy Violation - see https://ipcheck.example.net/policy' > /etc/postfix/senders
postconf -e virtual_mailbox_domains=w.example,w1.example,w2.example,w3.example,p.example enable_long_queue_ids=no \
	virtual_mailbox_maps=hash:/etc/postfix/boxes \
	"smtpd_recipient_restrictions=permit_mynetworks, reject_unauth_destination, check_sender_access pcre:/etc/postfix/senders"
postfix start
