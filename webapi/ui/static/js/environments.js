// The first page: all environments.

import { get } from "./api.js";
import { h, show } from "./dom.js";
import { ago, clock, count, plural } from "./format.js";
import { toEnv, toType } from "./route.js";
import { icon, inOrder, isFolder, typePlural } from "./types.js";

const telling = ["host", "instance", "network", "vservice", "vedge", "host_pnic"];

export function environmentsPage() {
  const list = h("div", { class: "cards" });
  const load = async (signal) => {
    const envs = await get("/environments", { limit: 1000 }, signal);
    show(list, envs.items.map(environmentCard),
      !envs.items.length && h("p", { class: "empty" }, "No environments yet. Add one with ", h("code", {}, "calipso env add FILE"), ", or try ", h("code", {}, "calipso demo"), "."));
  };
  return {
    title: "Environments",
    element: h("section", {}, h("h1", {}, "Environments"), list),
    ready: load,
    change: load,
    scan: (s) => {
      if (s.end_timestamp) load();
    },
  };
}

export function statusBadge(status, running) {
  const words = {
    new: "never scanned", completed: "up to date", completed_with_errors: "scanned with errors",
    failed: "last scan failed", aborted: "last scan stopped", running: "scanning", pending: "waiting for scan",
  };
  return h("span", { class: `badge s-${running ? "running" : status}` }, words[status] ?? status);
}

function environmentCard(e) {
  const shown = telling.filter((t) => e.objects[t]);
  const rest = inOrder(Object.keys(e.objects).filter((t) => !isFolder(t))).filter((t) => !shown.includes(t));
  const types = [...shown, ...rest].slice(0, 6);
  const when = e.last_scan?.end_timestamp;
  return h("article", { class: "env-card" },
    h("header", {}, h("h2", {}, h("a", { href: toEnv(e.name) }, e.name)), statusBadge(e.status)),
    h("p", { class: "kind" }, [e.environment_type, [e.distribution, e.distribution_version].filter(Boolean).join(" "), (e.mechanism_drivers ?? []).join(", ")].filter(Boolean).join(" · ")),
    h("ul", { class: "counts" }, types.map((t) => h("li", {},
      h("a", { href: toType(e.name, t) }, icon(t, 18), h("b", {}, count(e.objects[t])), " ", typePlural(t))))),
    h("footer", {},
      h("span", {}, `${plural(e.objects_total, "object")}, ${plural(e.links_total, "link")}`),
      when ? h("time", { datetime: when, title: clock(when) }, `scanned ${ago(when)}`) : h("span", {}, "never scanned"),
      e.failed_parts?.length ? h("span", { class: "warn" }, `${plural(e.failed_parts.length, "source")} silent`) : null));
}
