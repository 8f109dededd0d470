# Passwords and keys: made once, kept with the lab's state, never in the source.
# shellcheck shell=bash

make_secrets() {
    local name
    umask 077
    mkdir -p "$KEYS"
    if [ ! -s "$STATE/secrets" ]; then
        for name in ADMIN_PW SERVICE_PW SCAN_PW TENANT_PW METADATA_PW COOKIE; do
            echo "$name=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')"
        done >"$STATE/secrets.new"
        mv "$STATE/secrets.new" "$STATE/secrets"
    fi
    # id_ed25519 is the scanner's, cluster the one hosts use among themselves,
    # host-* prove to a client which host it speaks to.
    for name in id_ed25519 cluster "${NODES[@]/#/host-}" "host-$SWITCH"; do
        [ -s "$KEYS/$name" ] || ssh-keygen -q -t ed25519 -N '' -C "lab $name" -f "$KEYS/$name"
    done
    for name in "${NODES[@]}"; do
        echo "$(address "$name" "$MANAGEMENT"),[$(address "$name" "$MANAGEMENT")]:2222,$name $(cut -d' ' -f1,2 "$KEYS/host-$name.pub")"
    done >"$STATE/known_hosts"
    # shellcheck source=/dev/null
    . "$STATE/secrets"
    umask 022
}
