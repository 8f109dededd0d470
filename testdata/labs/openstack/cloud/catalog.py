"""Enters service users, the scanner's user and the services in Keystone."""
from api import BASE, SET, Cloud

c = Cloud()
roles = {r["name"]: r["id"] for r in c.list("identity", "roles")}
roles["service"] = c.ensure("identity", "roles", "role", {"name": "service"})["id"]
service = c.ensure("identity", "projects", "project", {"name": "service", "domain_id": "default"})["id"]


def grant(user, password, project, *names):
    one = c.ensure("identity", "users", "user", {"name": user, "password": password, "domain_id": "default"})
    for name in names:
        c.ask("PUT", "identity", "/projects/%s/users/%s/roles/%s" % (project, one["id"], roles[name]))


for user in ("glance", "placement", "nova", "neutron"):
    grant(user, SET["SERVICE_PW"], service, "admin", "service")
grant("calipso", SET["SCAN_PW"], c.project, "admin")

known = {(e["service_id"], e["interface"]) for e in c.list("identity", "endpoints")}
for name, kind, url in (("glance", "image", "9292"), ("placement", "placement", "8778"),
                        ("nova", "compute", "8774/v2.1"), ("neutron", "network", "9696")):
    s = c.ensure("identity", "services", "service", {"name": name, "type": kind})
    for interface in ("public", "internal", "admin"):
        if (s["id"], interface) not in known:
            c.make("identity", "endpoints", "endpoint", {
                "service_id": s["id"], "interface": interface, "region_id": "RegionOne", "url": BASE + url})
