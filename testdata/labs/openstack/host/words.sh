# What the scripts inside a host share. Sourced, never run.
# shellcheck shell=bash
# shellcheck source=/dev/null
. /run/lab.env
export HOME=/root

# render TEMPLATE...: print templates of conf/ one after the other, each @NAME@
# replaced by that variable.
render() {
    local name text
    for name in "$@"; do
        text=$(<"/lab/host/conf/$name")
        while [[ $text =~ @([A-Z_]+)@ ]]; do
            text=${text//"${BASH_REMATCH[0]}"/"${!BASH_REMATCH[1]}"}
        done
        printf '%s\n' "$text"
    done
}

serve() { /lab/host/serve "$@"; }

# until_true SECONDS WHAT command...: wait until a command succeeds.
until_true() {
    local limit=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < limit)) || {
            echo "lab: $HOST: $what does not come up" >&2
            return 1
        }
        sleep 0.3
    done
}

answers() { curl -s -o /dev/null --max-time 3 "$1"; }
