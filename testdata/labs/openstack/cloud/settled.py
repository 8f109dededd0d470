"""Ends with 0 if every host's agents report that they are alive."""
import sys

from api import SET, Cloud

c = Cloud()
hosts = set(SET["NODES"].split())
compute = {s["host"] for s in c.list("compute", "os-services", "?binary=nova-compute", "services") if s["state"] == "up"}
alive = {(a["binary"], a["host"]) for a in c.list("network", "agents") if a["alive"]}
layer2 = {h for b, h in alive if b in ("neutron-openvswitch-agent", "neutron-linuxbridge-agent")}
central = {b for b, h in alive if h == "node-1"}
ready = hosts <= compute and hosts <= layer2 and {
    "neutron-l3-agent", "neutron-dhcp-agent", "neutron-metadata-agent"} <= central
sys.exit(not ready)
