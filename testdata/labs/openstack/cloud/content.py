"""Fills the cloud with what tests expect of it; makes only what is missing."""
import sys

from api import SET, Cloud, until
from plans import FLAVORS, PLANS

admin = Cloud()

# What is to be there.
plan = PLANS[sys.argv[1] if __name__ == "__main__" and len(sys.argv) > 1 else "mixed"]


def projects():
    roles = {r["name"]: r["id"] for r in admin.list("identity", "roles")}
    ids = {"admin": admin.project}
    for name in plan.projects:
        ids[name] = admin.ensure("identity", "projects", "project", {
            "name": name, "domain_id": "default", "description": "tenant " + name})["id"]
        admin.ensure("identity", "users", "user", {"name": name, "password": SET["TENANT_PW"], "domain_id": "default"})
        users = {u["name"]: u["id"] for u in admin.list("identity", "users")}
        for user, role in ((name, "member"), ("admin", "admin"), ("calipso", "admin")):
            admin.ask("PUT", "identity", "/projects/%s/users/%s/roles/%s" % (ids[name], users[user], roles[role]))
    return ids


def networks(owner):
    nets, subs = {}, {}
    for name, project, how, cidr in plan.networks:
        nets[name] = admin.ensure("network", "networks", "network", dict(how, name=name, project_id=owner[project]))["id"]
        subnet = {"name": name + "-subnet", "network_id": nets[name], "ip_version": 4, "cidr": cidr, "project_id": owner[project]}
        if name == "ext":
            subnet.update(enable_dhcp=False, gateway_ip="10.79.0.1",
                          allocation_pools=[{"start": "10.79.0.50", "end": "10.79.0.250"}])
        subs[name] = admin.ensure("network", "subnets", "subnet", subnet)["id"]
    for name, project, members in plan.routers:
        router = admin.ensure("network", "routers", "router", {
            "name": name, "project_id": owner[project], "external_gateway_info": {"network_id": nets["ext"]}})["id"]
        ports = admin.list("network", "ports", "?device_id=" + router)
        have = {ip["subnet_id"] for p in ports for ip in p["fixed_ips"]}
        for m in members:
            if subs[m] not in have:
                admin.ask("PUT", "network", "/routers/%s/add_router_interface" % router, {"subnet_id": subs[m]})
    return nets


def halting_disk():
    """A disk whose boot sector stops the processor, so that a guest that runs costs none of it."""
    disk = bytearray(1 << 20)
    disk[:4] = b"\xfa\xf4\xeb\xfd"  # no interrupts, halt, and again should it wake
    disk[510:512] = b"\x55\xaa"
    return bytes(disk)


def compute():
    images = {i["name"]: i for i in admin.ask("GET", "image", "/images")["images"]}
    img = images.get("halting") or admin.ask("POST", "image", "/images", {
        "name": "halting", "disk_format": "raw", "container_format": "bare", "visibility": "public"})
    if img["status"] == "queued":
        admin.ask("PUT", "image", "/images/%s/file" % img["id"], raw=halting_disk())
    flavors = {name: admin.ensure("compute", "flavors", "flavor", {"name": name, "ram": ram, "vcpus": cpus, "disk": 1})["id"]
               for name, ram, cpus in FLAVORS}
    for name, zone, hosts in plan.aggregates:
        a = admin.ensure("compute", "os-aggregates", "aggregate", {"name": name, "availability_zone": zone}, field="aggregates")
        for host in set(hosts) - set(a.get("hosts") or ()):
            admin.ask("POST", "compute", "/os-aggregates/%d/action" % a["id"], {"add_host": {"host": host}})
    return img["id"], flavors


def instances(wanted, nets, img, flavors):
    """Boots what is missing of a list and waits until all of it runs."""
    have = {s["name"] for s in admin.servers()}
    sessions = {}
    for name, project, on, flavor, host in wanted:
        if name not in have:
            if project not in sessions:
                sessions[project] = Cloud(project)
            sessions[project].make("compute", "servers", "server", {
                "name": name, "imageRef": img, "flavorRef": flavors[flavor], "host": host,
                "networks": [{"uuid": nets[n]} for n in on]})
    names = {w[0] for w in wanted}

    def running():
        found = {s["name"]: s for s in admin.servers() if s["name"] in names}
        bad = {n: s["status"] for n, s in found.items() if s["status"] == "ERROR"}
        if bad:
            raise SystemExit("instances in error: %s" % bad)
        return len(found) == len(names) and all(
            s["status"] == "ACTIVE" and s["OS-EXT-STS:task_state"] is None for s in found.values())

    until("instances that run", running)


def floating(nets):
    taken = {f["port_id"] for f in admin.list("network", "floatingips")}
    servers = {s["name"]: s["id"] for s in admin.servers()}
    for name in plan.floating:
        port = admin.list("network", "ports", "?device_id=" + servers[name])[0]
        if port["id"] not in taken:
            admin.make("network", "floatingips", "floatingip", {
                "floating_network_id": nets["ext"], "port_id": port["id"], "project_id": port["project_id"]})


def wired():
    """Ports of instances, routers and DHCP are up, floating addresses in use."""
    def quiet():
        ports = [p for p in admin.list("network", "ports")
                 if p["binding:host_id"] and not p["device_owner"] == "network:router_gateway"]
        return all(p["status"] == "ACTIVE" for p in ports) and all(
            f["status"] == "ACTIVE" for f in admin.list("network", "floatingips") if f["port_id"])
    until("ports that are up", quiet, 300)


def main():
    owner = projects()
    nets = networks(owner)
    img, flavors = compute()
    instances(plan.instances, nets, img, flavors)
    floating(nets)
    wired()


if __name__ == "__main__":
    sys.exit(main())
