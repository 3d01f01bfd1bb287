#!/bin/bash
# Inside a host, as its first process: syslog, the host's own configuration, its daemons; then it only reaps.
set -u
getent group vmail > /dev/null || { groupadd -g 5000 vmail; useradd -u 5000 -g 5000 -d /var/vmail -s /usr/sbin/nologin vmail; }
mkdir -p /var/vmail && chown 5000:5000 /var/vmail
. /lab/configure/syslog.sh
start_syslog
. "/lab/configure/$MAILTRAIL_LAB_HOST.sh"
echo READY
while :; do sleep 3600 & wait $!; done
