# A destination that we watch: Postfix hands to Dovecot, sieve files into Junk, one mailbox is full, one name is an alias.
. /lab/configure/postfix.sh
postconf -e virtual_mailbox_domains=a.example virtual_transport=lmtp:unix:private/dovecot-lmtp enable_long_queue_ids=yes \
	virtual_mailbox_maps=hash:/etc/postfix/boxes virtual_alias_maps=hash:/etc/postfix/virtual
printf 'anna@a.example x\njunk@a.example x\nfull@a.example x\n' > /etc/postfix/boxes
printf 'info@a.example anna@a.example\n' > /etc/postfix/virtual
postmap /etc/postfix/boxes /etc/postfix/virtual
cat > /etc/dovecot/dovecot.conf <<'X'
protocols = lmtp
log_path = syslog
syslog_facility = mail
ssl = no
mail_location = maildir:~/Maildir
passdb {
  driver = passwd-file
  args = username_format=%n /etc/dovecot/users
}
userdb {
  driver = passwd-file
  args = username_format=%n /etc/dovecot/users
}
first_valid_uid = 1000
mail_plugins = quota
protocol lmtp {
  mail_plugins = $mail_plugins sieve
  postmaster_address = postmaster@a.example
}
service lmtp {
  unix_listener /var/spool/postfix/private/dovecot-lmtp {
    mode = 0600
    user = postfix
    group = postfix
  }
}
plugin {
  quota = maildir:User quota
  quota_rule = *:storage=500M
  quota_full_tempfail = no
  sieve_before = /etc/dovecot/before.sieve
}
namespace inbox {
  inbox = yes
  mailbox Junk {
    auto = create
    special_use = \Junk
  }
}
X
printf 'require ["fileinto", "envelope"];\nif envelope :localpart :is "to" "junk" { fileinto "Junk"; stop; }\n' > /etc/dovecot/before.sieve
sievec /etc/dovecot/before.sieve
for user in anna junk full; do
	quota=; [ $user = full ] && quota='userdb_quota_rule=*:bytes=100'
	echo "$user:{PLAIN}x:5000:5000::/var/vmail/a.example/$user::$quota"
done > /etc/dovecot/users
mkdir -p /var/vmail/a.example && chown 5000:5000 /var/vmail/a.example
dovecot
postfix start
