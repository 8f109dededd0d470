"""What the lab's clouds hold, by plan."""

VLAN = {"provider:network_type": "vlan", "provider:physical_network": "physnet1", "provider:segmentation_id": 101}
EXTERNAL = ("ext", "admin", {"router:external": True, "provider:network_type": "flat",
                             "provider:physical_network": "physnet1"}, "10.79.0.0/24")

FLAVORS = (("lab.nano", 16, 1), ("lab.tiny", 32, 1), ("lab.small", 64, 1), ("lab.wide", 64, 2))  # name, MiB, processors


class Mixed:
    """Open vSwitch on three hosts, Linux bridge on the fourth; vxlan and vlan."""
    projects = ("alpha", "beta")
    networks = (  # name, project, how its frames travel (vxlan, if nothing is said), subnet
        EXTERNAL,
        ("alpha-web", "alpha", {}, "10.1.0.0/24"),
        ("alpha-db", "alpha", {}, "10.2.0.0/24"),
        ("beta-app", "beta", {}, "10.3.0.0/24"),
        ("beta-vlan", "beta", VLAN, "10.4.0.0/24"),
    )
    routers = (("alpha-router", "alpha", ("alpha-web", "alpha-db")), ("beta-router", "beta", ("beta-app", "beta-vlan")))
    aggregates = (("rack-a", "az-a", ("node-1", "node-2")), ("rack-b", "az-b", ("node-3", "node-4")),
                  ("ssd", None, ("node-2", "node-3", "node-4")))
    instances = (  # name, project, networks, flavor, host
        ("web-1", "alpha", ("alpha-web",), "lab.tiny", "node-1"),
        ("web-2", "alpha", ("alpha-web",), "lab.tiny", "node-2"),
        ("web-3", "alpha", ("alpha-web",), "lab.tiny", "node-3"),
        ("db-1", "alpha", ("alpha-web", "alpha-db"), "lab.small", "node-1"),
        ("db-2", "alpha", ("alpha-web", "alpha-db"), "lab.small", "node-2"),
        ("app-1", "beta", ("beta-app",), "lab.tiny", "node-3"),
        ("app-2", "beta", ("beta-app",), "lab.tiny", "node-1"),
        ("gate-1", "beta", ("beta-app", "beta-vlan"), "lab.wide", "node-2"),
        ("vlan-1", "beta", ("beta-vlan",), "lab.tiny", "node-3"),
        ("vlan-2", "beta", ("beta-vlan",), "lab.tiny", "node-1"),
        # on the Linux bridge host: vxlan only, the kernel here has no 802.1Q
        ("lxb-web", "alpha", ("alpha-web",), "lab.tiny", "node-4"),
        ("lxb-db", "alpha", ("alpha-web", "alpha-db"), "lab.small", "node-4"),
        ("lxb-app", "beta", ("beta-app",), "lab.tiny", "node-4"),
    )
    floating = ("web-1", "app-1")  # the floating addresses lead to these


class LinuxBridge:
    """Two Linux bridge hosts; routers and DHCP on an Open vSwitch host."""
    projects = ("shop",)
    networks = (
        EXTERNAL,
        ("shop-front", "shop", {}, "10.5.0.0/24"),
        ("shop-stock", "shop", {}, "10.6.0.0/24"),
    )
    routers = (("shop-router", "shop", ("shop-front", "shop-stock")),)
    aggregates = (("floor-1", "hall", ("node-2", "node-3")),)
    instances = (
        ("shop-web-1", "shop", ("shop-front",), "lab.tiny", "node-2"),
        ("shop-web-2", "shop", ("shop-front",), "lab.tiny", "node-3"),
        ("till-1", "shop", ("shop-front", "shop-stock"), "lab.small", "node-2"),
        ("stock-1", "shop", ("shop-stock",), "lab.tiny", "node-2"),
        ("stock-2", "shop", ("shop-stock",), "lab.tiny", "node-3"),
    )
    floating = ("shop-web-1",)


PLANS = {"mixed": Mixed, "linuxbridge": LinuxBridge}
