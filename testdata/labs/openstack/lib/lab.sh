# What the commands of the OpenStack lab share. Sourced, never run.
# shellcheck shell=bash disable=SC2034

: "${CALIPSO_LAB_DIR:=/var/lib/calipso-lab}"
STATE=$CALIPSO_LAB_DIR/openstack # everything the lab keeps
ROOT=$STATE/root                 # Debian with all packages, shared by the hosts
HOSTS=$STATE/hosts               # one folder a host: what it changed on ROOT
KEYS=$STATE/keys
ENV_FILE=$STATE/env
ADOPTED=$STATE/adopted # the folder of a lab that others built, if we use one

# The plan: which hosts there are, and (in cloud/plans.py) what they hold. node-1
# is controller, network node and compute host in one.
PLAN=${CALIPSO_LAB_PLAN:-mixed}
declare -A DRIVER
case $PLAN in
mixed)
    NODES=(node-1 node-2 node-3 node-4)
    DRIVER=([node-1]=openvswitch [node-2]=openvswitch [node-3]=openvswitch [node-4]=linuxbridge)
    ;;
linuxbridge)
    NODES=(node-1 node-2 node-3)
    DRIVER=([node-1]=openvswitch [node-2]=linuxbridge [node-3]=linuxbridge)
    ;;
*)
    echo "lab: CALIPSO_LAB_PLAN is mixed or linuxbridge, not $PLAN" >&2
    exit 2
    ;;
esac
SWITCH=tor-1
MANAGEMENT=10.77.0 # eth0 of node-N is .1N, this machine .1, the switch .2
TUNNELS=10.78.0    # vxlan endpoints, also .1N
OUTSIDE=10.79.0    # the external network; the switch is its gateway .1
FOOT=oslab0        # this machine's interface in the management network

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

die() {
    echo "lab: $*" >&2
    exit 1
}

need_root() { [ "$(id -u)" = 0 ] || die "needs root (namespaces, overlay file systems)"; }

# address NODE BLOCK
address() { echo "$2.1${1##*-}"; }

# only_one keeps two commands from changing the lab at the same time.
only_one() {
    mkdir -p "$STATE"
    exec 9>"$STATE/lock"
    flock -n 9 || die "another command is at work (lock $STATE/lock)"
}

# init_of HOST: process id, seen from here, of a running host's first process;
# nothing if it is down. A process id may come back for something else, its
# start time does not.
init_of() {
    local pid start stat
    read -r pid start 2>/dev/null <"$HOSTS/$1/init" || return 0
    read -r stat 2>/dev/null <"/proc/$pid/stat" || return 0
    # shellcheck disable=SC2086
    set -- ${stat##*) }
    [ "${20}" = "$start" ] && echo "$pid"
    return 0
}

# enter HOST command...: run a command inside a host.
enter() {
    local host=$1 pid
    shift
    pid=$(init_of "$host")
    [ -n "$pid" ] || {
        echo "lab: $host is down" >&2
        return 1
    }
    enter_process "$pid" "$@"
}

enter_process() {
    local pid=$1
    shift
    nsenter --target "$pid" --mount --uts --ipc --net --pid --root --wd -- env -i HOME=/root LANG=C.UTF-8 \
        TERM="${TERM:-dumb}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# step WHAT command...: run one part of a longer job under a stopwatch.
step() {
    local what=$1 from=$EPOCHREALTIME
    shift
    "$@" 9>&-
    awk -v a="$from" -v b="$EPOCHREALTIME" -v w="$what" 'BEGIN { printf "%8.1f s  %s\n", b - a, w }'
}

# status tells what runs: own, adopted, foreign (neither), none. The interface
# says whose it is: ours carries the folder of the state as its alias.
status() {
    local alias
    if ! alias=$(ip link show "$FOOT" 2>/dev/null); then
        echo none
    elif [[ $alias == *"alias calipso-lab $STATE"* ]]; then
        echo own
    elif [ -s "$ADOPTED" ]; then
        echo adopted
    else
        echo foreign
    fi
}

# cloud PROGRAM args...: run one of cloud/ inside the controller.
cloud() {
    local program=$1
    shift
    enter node-1 env PYTHONDONTWRITEBYTECODE=1 python3 "/lab/cloud/$program.py" "$@"
}

announce() { echo "LAB_OPENSTACK=$ENV_FILE"; }
