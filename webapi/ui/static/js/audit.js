// Who changed what and who signed in, for who manages users.

import { get } from "./api.js";
import { h, show } from "./dom.js";
import { ago, clip, clock } from "./format.js";
import { go, href } from "./route.js";

export function auditPage(query) {
  const list = h("div", {});
  const more = h("div", {});
  const rows = h("tbody", {});

  const load = async (signal, cursor) => {
    const page = await get("/audit", { ...query, limit: 100, cursor }, signal);
    if (!cursor) show(list, page.items.length ? table() : h("p", { class: "empty" }, "Nothing of that kind is in the log."));
    rows.append(...page.items.map(row));
    show(more, page.next_cursor && h("button", { type: "button", onclick: () => load(signal, page.next_cursor) }, "Earlier ones"));
  };

  const table = () => h("div", { class: "scroll" }, h("table", {},
    h("thead", {}, h("tr", {}, ["time", "who", "from", "action", "what"].map((t) => h("th", { scope: "col" }, t)))), rows));

  const row = (e) => h("tr", {},
    h("td", {}, h("time", { datetime: e.time, title: ago(e.time) }, clock(e.time))),
    h("th", { scope: "row" }, e.who || "–"),
    h("td", {}, e.from || "this machine"),
    h("td", { title: e.path }, e.action),
    h("td", {}, e.reason, e.status === 403 && "refused", (e.changes ?? []).map(change), e.more ? `and ${e.more} more` : ""));

  const change = (c) => h("details", {},
    h("summary", {}, `${c.op} ${c.collection} ${c.id}`),
    h("ul", {}, [...new Set([...Object.keys(c.before ?? {}), ...Object.keys(c.after ?? {})])].sort().map((m) =>
      h("li", {}, h("code", {}, m), ": ", value(c.before, m), " → ", value(c.after, m)))));

  const value = (members, m) => members && m in members ? clip(JSON.stringify(members[m]), 300) : "nothing";

  const fields = [["who", "account"], ["what", "operation, collection or id"], ["env", "environment"], ["from", "from, such as 2026-03-01"], ["to", "to"]];
  const filter = h("form", {
    class: "line",
    onsubmit: (e) => {
      e.preventDefault();
      go(["audit"], Object.fromEntries(new FormData(filter)));
    },
  }, fields.map(([name, text]) => h("input", { name, value: query[name] ?? "", placeholder: text, "aria-label": text })), h("button", {}, "Show"));

  return {
    title: "Audit log",
    element: h("section", { class: "audit" },
      h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: href([]) }, "Environments"), h("a", { href: href(["users"]) }, "Users")),
      h("h1", {}, "Audit log"), filter, list, more),
    ready: load,
  };
}
