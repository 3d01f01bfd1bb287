# A sendmail host with a local user, whose bounces go to /var/mail/app.
cd /etc/mail || exit 1
id app > /dev/null 2>&1 || useradd -m app
cat > sendmail.mc <<'X'
divert(-1)dnl
include(`/usr/share/sendmail/cf/m4/cf.m4')
OSTYPE(`debian')dnl
define(`ALIAS_FILE', `/etc/aliases')dnl
undefine(`confHOST_STATUS_DIRECTORY')dnl
define(`confDOMAIN_NAME', `edge.corp.example')dnl
define(`confTO_CONNECT', `5s')dnl
define(`confTO_ICONNECT', `5s')dnl
define(`confQUEUE_LA', `60')dnl
define(`confREFUSE_LA', `80')dnl
define(`confDELIVERY_MODE', `background')dnl
FEATURE(`use_cw_file')dnl
FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Family=inet, Name=MTA-v4, Port=smtp')dnl
FEATURE(`local_procmail')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
X
echo edge.corp.example > local-host-names
printf 'postmaster: root\n' > /etc/aliases
m4 sendmail.mc > sendmail.cf
sed -i 's/^O PidFile=.*/O PidFile=\/run\/sendmail.pid/' sendmail.cf
mkdir -p /var/spool/mqueue /run/sendmail/mta /run/sendmail/msp
chown root:smmsp /var/spool/mqueue
chmod 750 /var/spool/mqueue
chown -R smmta:smmsp /run/sendmail
chown smmsp:smmsp /run/sendmail/msp
sendmail -bi
# the same firewall that drops, as on sub
ip neigh add 10.25.0.15 lladdr 02:00:00:00:00:0f dev eth0 nud permanent
/usr/sbin/sendmail -bd -q30s
/usr/sbin/sendmail -L sm-msp-queue -Ac -q30s
