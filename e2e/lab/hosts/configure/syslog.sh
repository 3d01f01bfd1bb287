# rsyslog as Debian has it, mail in one file.
cat > /etc/rsyslog.conf <<'X'
module(load="imuxsock" SysSock.RateLimit.Interval="0")
$FileCreateMode 0644
$WorkDirectory /var/spool/rsyslog
mail.* action(type="omfile" file="/var/log/mail.log" template="RSYSLOG_TraditionalFileFormat")
*.*;mail.none action(type="omfile" file="/var/log/syslog" template="RSYSLOG_TraditionalFileFormat")
X
start_syslog() {
	mkdir -p /var/spool/rsyslog
	rsyslogd
	for _ in $(seq 100); do [ -S /dev/log ] && break; sleep 0.05; done
}
