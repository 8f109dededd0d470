# Labs that other scripts built on this machine. Two do not fit: they would
# share addresses. One is described by the file lab.env in its folder, with the
# password in OSLAB_PW; processes of a host HOST are found through
# nodes/HOST/init.pid, its daemons are run by /opt/oslab/lib/in-node.sh.
# shellcheck shell=bash

# adopt DIR: write the env file of a running lab kept in DIR.
adopt_from() {
    local dir=$1 node
    [ -r "$dir/lab.env" ] || die "$dir has no lab.env: not the folder of a lab this can adopt"
    # shellcheck source=/dev/null
    . "$dir/lab.env"
    [ -s "$dir/keys/id_ed25519" ] || die "$dir has no keys/id_ed25519"
    # Host keys are not among what it keeps: ask the hosts. Nothing but this
    # machine can answer at these addresses.
    for node in "${NODES[@]}"; do
        ssh-keyscan -T 5 -p 2222 "$(address "$node" "$MANAGEMENT")" 2>/dev/null
        ssh-keyscan -T 5 -p 22 "$(address "$node" "$MANAGEMENT")" 2>/dev/null
    done >"$STATE/known_hosts.adopted"
    [ -s "$STATE/known_hosts.adopted" ] || die "no host of the lab in $dir answers on ssh"
    write_env adopted calipso "${OSLAB_PW:-}" "$dir/keys/id_ed25519" "$STATE/known_hosts.adopted"
    echo "$dir" >"$ADOPTED"
}

# adopted_dir is the folder of the adopted lab.
adopted_dir() { cat "$ADOPTED"; }

# adopted_enter HOST command...: run a command inside a host of it.
adopted_enter() {
    local host=$1 pid
    shift
    pid=$(cat "$(adopted_dir)/nodes/$host/init.pid") || die "$host is down"
    enter_process "$pid" "$@"
}
