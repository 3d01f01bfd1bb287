# Where our users and our web application hand their mail in; sends straight to the destinations.
. /lab/configure/postfix.sh
postconf -e virtual_mailbox_domains=corp.example virtual_mailbox_maps=hash:/etc/postfix/boxes enable_long_queue_ids=yes
mailboxes corp.example
getent group apache > /dev/null || { groupadd -g 48 apache; useradd -u 48 -g 48 -d /var/www -s /usr/sbin/nologin apache; }
printf 'postmaster: root\napache: root\n' > /etc/aliases
newaliases
# a firewall on the way that drops: nobody ever answers for this address
ip neigh add 10.25.0.15 lladdr 02:00:00:00:00:0f dev eth0 nud permanent
postfix start
