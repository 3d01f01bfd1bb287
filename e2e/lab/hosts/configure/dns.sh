# Names of this world. mx.e.example is an address where nobody is; sub and edge stand in the block list.
cat > /etc/dnsmasq.conf <<'X'
no-resolv
no-hosts
bind-interfaces
listen-address=10.25.0.53
local=/example/
local=/net/
local=/arpa/
user=root
host-record=ns.corp.example,10.25.0.53
host-record=sub.corp.example,10.25.0.1
host-record=edge.corp.example,10.25.0.3
host-record=mx.a.example,10.25.0.11
host-record=mx.d.example,10.25.0.14
host-record=mx.e.example,10.25.0.15
host-record=mx.w.example,10.25.0.16
mx-host=corp.example,sub.corp.example,10
mx-host=edge.corp.example,edge.corp.example,10
mx-host=a.example,mx.a.example,10
mx-host=d.example,mx.d.example,10
mx-host=e.example,mx.e.example,10
mx-host=p.example,mx.w.example,10
mx-host=w.example,mx.w.example,10
mx-host=w1.example,mx.w.example,10
mx-host=w2.example,mx.w.example,10
mx-host=w3.example,mx.w.example,10
host-record=1.0.25.10.dnsbl.example.net,127.0.0.2
host-record=3.0.25.10.dnsbl.example.net,127.0.0.2
X
dnsmasq -C /etc/dnsmasq.conf --log-facility=/var/log/dnsmasq.log
