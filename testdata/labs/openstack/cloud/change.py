"""Changes the populated cloud, or with "back" undoes that as far as it can be undone; each change is one line of JSON
when it is complete."""
import json
import sys

from api import Cloud, Refused, until
from content import FLAVORS, instances, wired

admin = Cloud()


def named(name):
    found = [s for s in admin.servers() if s["name"] == name]
    if not found:
        raise SystemExit("there is no instance %s: was the cloud populated, or changed before?" % name)
    return found[0]


def tell(change, kind, thing, name, **more):
    print(json.dumps(dict(change=change, type=kind, id=thing, name=name, **more)), flush=True)


def delete(name):
    s = named(name)
    admin.ask("DELETE", "compute", "/servers/" + s["id"])

    def gone():
        try:
            admin.ask("GET", "compute", "/servers/" + s["id"])
        except Refused as e:
            if e.status == 404:
                return True
            raise
        return False

    until(name + " deleted", gone)
    tell("deleted", "instance", s["id"], name, host=s["OS-EXT-SRV-ATTR:host"])


def migrate(name, to):
    s = named(name)
    admin.act(s["id"], "os-migrateLive", {"host": to, "block_migration": "auto"})

    def there():
        now = named(name)
        if now["status"] == "ERROR":
            raise SystemExit("%s broke while it moved" % name)
        return now["OS-EXT-SRV-ATTR:host"] == to and now["status"] == "ACTIVE" and now["OS-EXT-STS:task_state"] is None

    until("%s on %s" % (name, to), there)
    tell("moved", "instance", s["id"], name, **{"from": s["OS-EXT-SRV-ATTR:host"], "to": to})


def rename(name, new):
    s = named(name)
    admin.ask("PUT", "compute", "/servers/" + s["id"], {"server": {"name": new}})
    tell("renamed", "instance", s["id"], new, **{"from": name, "to": new})


def add_port(network, name):
    n = [n for n in admin.list("network", "networks") if n["name"] == network][0]
    p = admin.make("network", "ports", "port", {"name": name, "network_id": n["id"], "project_id": n["project_id"]})
    tell("added", "port", p["id"], name, network=n["id"])


def add_instance(name, project, network, flavor, host):
    nets = {n["name"]: n["id"] for n in admin.list("network", "networks")}
    flavors = {f["name"]: f["id"] for f in admin.list("compute", "flavors") if f["name"] in {x[0] for x in FLAVORS}}
    img = [i for i in admin.ask("GET", "image", "/images")["images"] if i["name"] == "halting"][0]["id"]
    instances(((name, project, (network,), flavor, host),), nets, img, flavors)
    s = named(name)
    tell("added", "instance", s["id"], name, host=host, network=nets[network])


def remove_port(name):
    for p in admin.list("network", "ports"):
        if p["name"] == name:
            admin.ask("DELETE", "network", "/ports/" + p["id"])
            tell("deleted", "port", p["id"], name, network=p["network_id"])


def back():
    """Undoes what was done; what was deleted, 'populate' makes again under a new id."""
    there = {s["name"]: s["OS-EXT-SRV-ATTR:host"] for s in admin.servers()}
    if "web-4" in there:
        delete("web-4")
    remove_port("spare")
    if "db-2-copy" in there:
        rename("db-2-copy", "db-2")
    if there.get("web-2") == "node-3":
        try:
            migrate("web-2", "node-2")
        except SystemExit as broke:  # Neutron does not always let go of the binding that the port had there before
            print(broke, "and is made anew", file=sys.stderr)
    if any(s["name"] == "web-2" and s["status"] == "ERROR" for s in admin.servers()):
        delete("web-2")
    wired()


def main():
    if sys.argv[1:] == ["back"]:
        back()
        return
    delete("web-3")
    migrate("web-2", "node-3")
    rename("db-2", "db-2-copy")
    add_port("beta-app", "spare")
    add_instance("web-4", "alpha", "alpha-web", "lab.nano", "node-2")
    wired()


if __name__ == "__main__":
    main()
