# The root file system that all hosts share: Debian 12 with OpenStack Zed.
# shellcheck shell=bash

# What it holds, by job.
PACKAGES=(
    mariadb-server rabbitmq-server memcached                                                        # what the services stand on
    keystone placement-api glance-api nova-api nova-conductor nova-scheduler                        # control plane
    neutron-api neutron-rpc-server uwsgi-core uwsgi-plugin-python3                                  #
    nova-compute-kvm libvirt-daemon-system libvirt-clients qemu-system-x86 qemu-utils               # compute hosts
    neutron-openvswitch-agent neutron-linuxbridge-agent openvswitch-switch                          # layer 2
    neutron-l3-agent neutron-dhcp-agent neutron-metadata-agent dnsmasq-base dnsmasq-utils haproxy   # layer 3
    radvd keepalived iptables ebtables ipset conntrack                                              #
    openssh-server sudo lldpd tini procps                                                           # every host
    iproute2 bridge-utils net-tools ethtool lshw lsof pciutils dmidecode tcpdump                    # what scanners call
    iputils-ping iputils-arping netcat-openbsd curl jq less python3-pymysql                         #
)

# build_root makes the file system in two parts, each done at most once for the
# same list of packages.
build_root() {
    local want
    mkdir -p "$STATE/cache"
    if [ ! -e "$STATE/cache/debian" ]; then
        if ! command -v mmdebstrap >/dev/null; then
            apt-get -qq -o DPkg::Lock::Timeout=600 update
            DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 install -y --no-install-recommends mmdebstrap >/dev/null
        fi
        rm -rf --one-file-system "$ROOT"
        # CALIPSO_LAB_MIRROR: another Debian mirror than the usual one
        mmdebstrap --quiet --mode=root --variant=minbase --include=ca-certificates bookworm "$ROOT" ${CALIPSO_LAB_MIRROR:+"$CALIPSO_LAB_MIRROR"}
        touch "$STATE/cache/debian"
    fi
    want=$(printf '%s\n' "${PACKAGES[@]}" | sha256sum)
    [ "$(cat "$STATE/cache/packages" 2>/dev/null)" != "$want" ] || return 0
    [ -z "$(init_of node-1)" ] || die "the list of packages changed while the hosts run: 'down' first"
    # Installing must start no daemon: the hosts do that themselves.
    printf '#!/bin/sh\nexit 101\n' >"$ROOT/usr/sbin/policy-rc.d"
    chmod +x "$ROOT/usr/sbin/policy-rc.d"
    cp -L /etc/resolv.conf "$ROOT/etc/resolv.conf"
    # shellcheck disable=SC2016
    unshare --mount --propagation private --pid --fork chroot "$ROOT" /bin/sh -ec '
        export DEBIAN_FRONTEND=noninteractive LC_ALL=C
        mount -t proc proc /proc
        mount -t sysfs sysfs /sys
        apt-get -q update
        apt-get -q install -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io "$@"
        apt-get clean' install "${PACKAGES[@]}" >"$STATE/cache/install.log" 2>&1 ||
        { tail -20 "$STATE/cache/install.log" >&2; die "installing packages failed, see $STATE/cache/install.log"; }
    echo "$want" >"$STATE/cache/packages"
}
