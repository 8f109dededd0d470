"""Talks to the lab's OpenStack; runs inside the controller, standard library only."""
import json
import shlex
import time
import urllib.error
import urllib.request


def settings():
    """The values that the lab's scripts left for this host."""
    with open("/run/lab.env") as f:
        return dict(word.split("=", 1) for word in shlex.split(f.read()))


SET = settings()
BASE = "http://%s:" % SET["CONTROLLER"]
SERVICES = {
    "identity": BASE + "5000/v3",
    "compute": BASE + "8774/v2.1",
    "network": BASE + "9696/v2.0",
    "image": BASE + "9292/v2",
}


class Refused(Exception):
    """An answer other than 2xx."""

    def __init__(self, what, status, text):
        super().__init__("%s: HTTP %d: %s" % (what, status, text[:500]))
        self.status = status


class Cloud:
    """One user's session in one project."""

    def __init__(self, project="admin", user="admin", password=SET["ADMIN_PW"]):
        domain = {"name": "Default"}
        self.token = None
        answer, head = self._ask("POST", SERVICES["identity"] + "/auth/tokens", {"auth": {
            "identity": {"methods": ["password"],
                         "password": {"user": {"name": user, "domain": domain, "password": password}}},
            "scope": {"project": {"name": project, "domain": domain}}}})
        self.token = head["X-Subject-Token"]
        self.project = answer["token"]["project"]["id"]

    def _ask(self, method, url, body=None, raw=None):
        head = {"Accept": "application/json", "Content-Type": "application/json"}
        if self.token:
            head["X-Auth-Token"] = self.token
        if ":8774/" in url:
            head["OpenStack-API-Version"] = "compute 2.93"
        data = None if body is None else json.dumps(body).encode()
        if raw is not None:
            data, head["Content-Type"] = raw, "application/octet-stream"
        for rest in (3, 2, 1, 0):
            try:
                ask = urllib.request.Request(url, data, head, method=method)
                with urllib.request.urlopen(ask, timeout=120) as answer:
                    text = answer.read()
                    return (json.loads(text) if text else None), answer.headers
            except urllib.error.HTTPError as e:
                text = e.read().decode(errors="replace")
                if e.code < 500 or not rest:
                    raise Refused("%s %s" % (method, url), e.code, text) from None
            except OSError:
                if not rest:
                    raise
            time.sleep(4 - rest)

    def ask(self, method, service, path, body=None, raw=None):
        return self._ask(method, SERVICES[service] + path, body, raw)[0]

    def list(self, service, things, query="", field=None):
        return self.ask("GET", service, "/%s%s" % (things, query))[field or things.replace("-", "_").split("/")[0]]

    def make(self, service, things, thing, body):
        return self.ask("POST", service, "/" + things, {thing: body})[thing]

    def ensure(self, service, things, thing, body, field=None):
        """The one of this name, made if there is none yet."""
        for one in self.list(service, things, field=field):
            if one["name"] == body["name"]:
                return one
        return self.make(service, things, thing, body)

    def servers(self):
        return self.ask("GET", "compute", "/servers/detail?all_tenants=1")["servers"]

    def act(self, server, action, value=None):
        self.ask("POST", "compute", "/servers/%s/action" % server, {action: value})


def until(what, done, limit=600):
    """Waits until done() is true."""
    end = time.monotonic() + limit
    while not done():
        if time.monotonic() > end:
            raise SystemExit("gave up after %d s: %s" % (limit, what))
        time.sleep(1)
