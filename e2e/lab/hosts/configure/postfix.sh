# What every Postfix host of this world has in common.
postconf -F '*/*/chroot=n'
postconf -e "myhostname=$FQDN" "mydestination=$FQDN, localhost" "mynetworks=127.0.0.0/8" inet_protocols=ipv4 \
	inet_interfaces=all smtp_tls_security_level=none smtpd_tls_security_level=none relayhost= compatibility_level=3.6 \
	"smtpd_relay_restrictions=permit_mynetworks, reject_unauth_destination" \
	minimal_backoff_time=60s maximal_backoff_time=120s queue_run_delay=30s maximal_queue_lifetime=30m bounce_queue_lifetime=30m \
	smtp_connect_timeout=5s virtual_uid_maps=static:5000 virtual_gid_maps=static:5000 virtual_mailbox_base=/var/vmail
mailboxes() { for domain in "$@"; do printf '@%s %s/all/\n' "$domain" "$domain"; done > /etc/postfix/boxes; postmap /etc/postfix/boxes; }
