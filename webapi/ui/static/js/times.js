// The times of an environment: its snapshots, and what differs between two.

import { call, env as path, get, post } from "./api.js";
import { attempt } from "./attempt.js";
import { h, show } from "./dom.js";
import { ago, clock, formats } from "./format.js";
import { href, toEnv } from "./route.js";

const kinds = ["manual", "design", "pre", "during", "post"];

export function timesPage(name) {
  const note = h("p", { class: "note", role: "alert" });
  const compare = h("div", {});
  const list = h("div", {});
  let mayEdit = false;

  const load = async (signal) => {
    const [e, { items, next_cursor: more }] = await Promise.all([get(path(name), {}, signal), get(path(name, "snapshots"), { limit: 200 }, signal)]);
    mayEdit = e.may_edit;
    show(compare, items.length ? comparison(name, items) : h("p", { class: "empty" }, "Name a time, and you can compare it with what comes later."));
    show(list, items.length > 0 && table(items), more && h("p", { class: "caption" }, "There are older ones; calipso snapshot list shows all."), mayEdit && naming());
  };

  const table = (items) => h("div", { class: "scroll" }, h("table", {},
    h("thead", {}, h("tr", {}, ["snapshot", "of", "kind", "", "comment", "by", ""].map((t) => h("th", { scope: "col" }, t)))),
    h("tbody", {}, items.map((s) => h("tr", {},
      h("th", { scope: "row" }, h("a", { href: toEnv(name, s.name) }, s.name)),
      h("td", {}, h("time", { datetime: s.time, title: s.time }, clock(s.time)), ` (${ago(s.time)})`),
      h("td", {}, s.kind),
      h("td", {}, s.complete ? "complete" : h("span", { class: "warn", title: s.failed_parts.map((p) => `${p.part}: ${p.reason}`).join("\n") }, "incomplete")),
      h("td", {}, s.comment), h("td", {}, s.creator || "–"),
      h("td", {}, mayEdit && h("button", {
        type: "button", class: "quiet", "aria-label": `Forget the name ${s.name}`,
        onclick: () => confirm(`Forget the name “${s.name}”? The time itself stays readable as long as it is kept.`) &&
          attempt(note, () => call("DELETE", path(name, "snapshots", s.name)), "Snapshot removed", load),
      }, "forget")))))));

  const naming = () => {
    const text = h("input", { name: "name", required: true, maxlength: 100, placeholder: "before-upgrade", "aria-label": "Name of the snapshot" });
    const kind = h("select", { name: "kind", "aria-label": "What it is for" }, kinds.map((k) => h("option", { value: k }, k)));
    const comment = h("input", { name: "comment", maxlength: 4000, placeholder: "comment", "aria-label": "Comment" });
    return h("form", {
      class: "line",
      onsubmit: (e) => {
        e.preventDefault();
        attempt(note, () => post(path(name, "snapshots"), { name: text.value, kind: kind.value, comment: comment.value }), "Snapshot made", load);
      },
    }, "Name the present: ", text, kind, comment, h("button", { class: "primary" }, "Keep"));
  };

  return {
    env: name,
    title: `Times of ${name}`,
    element: h("section", { class: "times" },
      h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: href([]) }, "Environments"), h("a", { href: toEnv(name) }, name)),
      h("h1", {}, "Times"), note, h("h2", {}, "Compare"), compare, h("h2", {}, "Snapshots"), list),
    ready: load,
    scan: (s) => {
      if (s.end_timestamp) load();
    },
  };
}

// A report opens as a page of its own, fit for print and for sending.
function comparison(name, snapshots) {
  const choice = (label, first, items) => h("label", {}, label, " ", h("select", { name: label },
    first && h("option", { value: "" }, first), items.map((s) => h("option", { value: s.name }, `${s.name} (${ago(s.time)})`))));
  const group = h("label", {}, "by ", h("select", { name: "group" },
    [["", "what happened"], ["host", "host"], ["project", "project"], ["network", "network"]].map(([v, t]) => h("option", { value: v }, t))));
  const format = h("label", {}, "as ", h("select", { name: "format" }, formats.map((f) => h("option", { value: f }, f))));
  return h("form", { class: "line", method: "get", target: "_blank", action: "/api/v1" + path(name, "diff") },
    choice("from", null, snapshots), choice("to", "now", snapshots), group, format, h("button", { class: "primary" }, "Show what differs"));
}
