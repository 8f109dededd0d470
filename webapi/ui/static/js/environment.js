// One environment: what it holds, how its scans went.

import { env as path, get, post } from "./api.js";
import { attempt } from "./attempt.js";
import { h, show } from "./dom.js";
import { ago, clock, count, plural, took } from "./format.js";
import { href, toType } from "./route.js";
import { statusBadge } from "./environments.js";
import { timeBar } from "./timebar.js";
import { icon, inOrder, isFolder, typeHint, typePlural } from "./types.js";

export function environmentPage(name, at) {
  const head = h("div", {});
  const types = h("ul", { class: "tiles" });
  const scans = h("div", {});
  const failed = h("div", {});
  const note = h("p", { class: "note", role: "alert" });
  const running = new Map();
  let mayEdit = false;

  const load = async (signal) => {
    const [e, list] = await Promise.all([
      get(path(name), { at }, signal),
      get(path(name, "scans"), { limit: 8 }, signal).catch((err) => (err.status === 503 ? { items: [], off: true } : Promise.reject(err))),
    ]);
    mayEdit = e.may_edit && !list.off;
    show(head,
      h("div", { class: "title-row" }, h("h1", {}, e.name), statusBadge(e.status),
        mayEdit && !at && h("button", { class: "primary", type: "button", onclick: () => attempt(note, () => post(path(name, "scans"), {}), "Scan asked for", load) }, "Scan now")),
      h("p", { class: "kind" }, [e.environment_type, [e.distribution, e.distribution_version].filter(Boolean).join(" "),
        (e.mechanism_drivers ?? []).join(", "), (e.type_drivers ?? []).join(", ")].filter(Boolean).join(" · "),
        e.time && e.time !== "now" ? [" · last change ", h("time", { datetime: e.time, title: clock(e.time) }, ago(e.time))] : null, " · ",
        [["times", "snapshots and differences"], ["reports", "reports"], ["schedules", "schedules"]].map(([page, text], i) => [i ? ", " : "", h("a", { href: href(["env", name, page]) }, text)])));
    const present = inOrder(Object.keys(e.objects).filter((t) => !isFolder(t) && e.objects[t] > 0));
    show(types, present.map((t) => h("li", {}, h("a", { href: toType(name, t, at), class: `tile t-${t}`, title: typeHint(t) },
      icon(t, 22), h("b", {}, count(e.objects[t])), h("span", {}, typePlural(t))))),
      !present.length && h("li", { class: "empty" }, "Nothing is known of this environment yet."));
    show(failed, e.failed_parts?.length ? h("details", { class: "failed" },
      h("summary", {}, `${plural(e.failed_parts.length, "source")} did not answer the last time; what they showed before is kept and marked`),
      h("ul", {}, e.failed_parts.map((p) => h("li", {}, h("code", {}, p.part), ` ${p.reason}`)))) : null);
    running.clear();
    show(scans, list.items.length ? [h("h2", {}, "Scans"), h("ul", { class: "scans" }, list.items.map(scanRow))] : null);
  };

  const scanRow = (s) => {
    const row = h("li", {});
    running.set(s.id, row);
    fill(row, s);
    return row;
  };

  const fill = (row, s) => {
    const done = Boolean(s.end_timestamp);
    const p = s.progress ?? {};
    show(row, statusBadge(s.status),
      h("time", { datetime: s.submit_timestamp, title: clock(s.submit_timestamp) }, ago(s.submit_timestamp)),
      h("span", {}, s.user ? `by ${s.user}` : ""),
      done ? h("span", {}, s.start_timestamp ? `took ${took(s.start_timestamp, s.end_timestamp)}` : "") : null,
      done && s.counts ? h("span", {}, `${count(s.counts.objects)} objects, ${count(s.counts.links)} links (+${count(s.counts.added)} ~${count(s.counts.changed)} −${count(s.counts.removed)})`) : null,
      !done ? h("span", { class: "progress" },
        h("progress", { value: p.done ?? 0, max: Math.max(1, p.total ?? 1) }),
        `${p.phase ?? "waiting"} ${count(p.done)}/${count(p.total)}, ${count(p.objects)} objects${p.errors ? `, ${count(p.errors)} errors` : ""}`) : null,
      !done && mayEdit && h("button", {
        type: "button", class: "quiet",
        onclick: () => attempt(note, () => post(path(name, "scans", s.id, "abort")), "Scan is being stopped", load),
      }, "stop"),
      s.error ? h("span", { class: "warn" }, s.error) : null,
      s.errors?.length ? h("details", {}, h("summary", { class: "warn" }, `${count(s.errors.length)} parts failed`),
        h("ul", {}, s.errors.map((e) => h("li", {}, h("code", {}, e.part), ` ${e.message}`)))) : null);
  };

  return {
    env: name,
    title: name,
    element: h("section", { class: "environment" },
      h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: href([]) }, "Environments")),
      timeBar(at, name), head, note, types, failed, scans),
    ready: load,
    change: () => !at && load(),
    scan: (s) => {
      const row = running.get(s.id);
      if (row && !s.end_timestamp) fill(row, s);
      else load();
    },
  };
}
