# Hosts, switch and cables.
# shellcheck shell=bash

# boot_host HOST: start its namespaces with host/boot as first process.
boot_host() {
    local host=$1 dir=$HOSTS/$1 outer pid stat
    [ -z "$(init_of "$host")" ] || return 0
    mkdir -p "$dir"
    setsid unshare --mount --uts --ipc --net --pid --fork "$HERE/host/boot" "$host" "$dir" "$ROOT" "$HERE" \
        </dev/null >"$dir/boot.log" 2>&1 &
    outer=$!
    disown
    for _ in {1..100}; do
        read -r pid 2>/dev/null <"/proc/$outer/task/$outer/children" || true
        if [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = tini ]; then
            read -r stat <"/proc/$pid/stat"
            # shellcheck disable=SC2086
            set -- ${stat##*) }
            echo "$pid ${20}" >"$dir/init"
            return 0
        fi
        sleep 0.1
    done
    cat "$dir/boot.log" >&2
    die "$host does not start"
}

boot_hosts() {
    local host
    for host in "$SWITCH" "${NODES[@]}"; do boot_host "$host"; done
}

# cable NODE INTERFACE BRIDGE PORT: a cable between a host and the switch.
cable() {
    ! enter "$1" ip link show "$2" >/dev/null 2>&1 || return 0
    ip link add "$2" netns "$(init_of "$1")" type veth peer name "$4" netns "$(init_of "$SWITCH")"
    enter "$SWITCH" ip link set "$4" master "$3" up
    # Checksums are left to hardware that is not there; packets that a user
    # space switch takes from the wire must carry real ones.
    enter "$1" ethtool -K "$2" tx off >/dev/null
    enter "$1" ip link set "$2" up
}

# wire: the switch with its three bridges, three cables a host, and this
# machine's own foot in the management network.
wire() {
    local node n bridge
    # What is meant for the lab must never leave this machine, lab or no lab.
    # While it runs the more specific routes win.
    ip route replace blackhole 10.76.0.0/14
    for bridge in br-mgmt br-tunnel br-provider; do
        enter "$SWITCH" ip link show $bridge >/dev/null 2>&1 || enter "$SWITCH" ip link add $bridge type bridge
        enter "$SWITCH" ip link set $bridge up
    done
    enter "$SWITCH" ip address replace "$MANAGEMENT.2/24" dev br-mgmt
    enter "$SWITCH" ip address replace "$OUTSIDE.1/24" dev br-provider
    if ! ip link show "$FOOT" >/dev/null 2>&1; then
        ip link add "$FOOT" type veth peer name uplink netns "$(init_of "$SWITCH")"
        enter "$SWITCH" ip link set uplink master br-mgmt up
        ip address add "$MANAGEMENT.1/24" dev "$FOOT"
        ip link set "$FOOT" up alias "calipso-lab $STATE"
    fi
    for node in "${NODES[@]}"; do
        n=${node##*-}
        cable "$node" eth0 br-mgmt "ge-0-0-$n"
        cable "$node" eth1 br-tunnel "ge-0-1-$n"
        cable "$node" eth2 br-provider "ge-0-2-$n"
        enter "$node" ip address replace "$(address "$node" "$MANAGEMENT")/24" dev eth0
    done
}

# tell_hosts writes into each host what its scripts need to know.
tell_hosts() {
    local host
    for host in "$SWITCH" "${NODES[@]}"; do
        {
            cat "$STATE/secrets"
            echo "HOST=$host"
            echo "NODES='${NODES[*]}'"
            echo "MANAGEMENT=$MANAGEMENT CONTROLLER=$(address node-1 "$MANAGEMENT")"
            if [ "$host" != "$SWITCH" ]; then
                echo "DRIVER=${DRIVER[$host]}"
                echo "ADDRESS=$(address "$host" "$MANAGEMENT") TUNNEL_ADDRESS=$(address "$host" "$TUNNELS")"
            fi
        } | enter "$host" sh -c 'umask 077; cat >/run/lab.env'
        enter "$host" sh -c 'mkdir -p -m 700 /run/keys'
        tar -C "$KEYS" -cf - id_ed25519.pub cluster cluster.pub "host-$host" "host-$host.pub" |
            enter "$host" tar -C /run/keys --no-same-owner -xf -
    done
}
