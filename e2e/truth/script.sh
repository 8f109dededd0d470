# Read-only questions to one host; a line of "@@ word" starts an answer.
PATH=$PATH:/usr/sbin:/sbin LC_ALL=C; export PATH LC_ALL
echo @@ sys
for n in /sys/class/net/*; do
    [ -L "$n" ] && echo "$(basename "$n") $(readlink "$n") $(cat "$n/address")"
done
echo @@ addr
ip -o addr show
echo @@ veth
ip -o link show type veth
echo @@ brctl
sudo -n brctl show
echo @@ vswitch
for b in $(sudo -n ovs-vsctl --timeout=10 list-br 2>/dev/null); do
    echo "bridge $b"
    for p in $(sudo -n ovs-vsctl list-ports "$b"); do
        echo "port $p $(sudo -n ovs-vsctl --if-exists get Interface "$p" type) $(sudo -n ovs-vsctl --if-exists get Interface "$p" options:remote_ip 2>/dev/null)"
    done
done
echo @@ vxlan
ip -o -d link show type vxlan
echo @@ fdb
sudo -n bridge fdb show
echo @@ domain
for u in $(sudo -n virsh list --all --uuid); do
    echo "domain $u"
    sudo -n virsh domiflist "$u"
done
echo @@ netns
for n in $(sudo -n ip netns list | cut -d' ' -f1); do
    echo "namespace $n"
    sudo -n ip netns exec "$n" ip -o link show
    sudo -n ip netns exec "$n" ip -o addr show
done
echo @@ end
