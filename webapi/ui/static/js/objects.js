// All objects of one type.

import { env as path, get } from "./api.js";
import { debounce, h, show } from "./dom.js";
import { ago, brief, clip, clock, count } from "./format.js";
import { toEnv, toObject } from "./route.js";
import { timeBar } from "./timebar.js";
import { icon, typePlural } from "./types.js";
import { hoverFields } from "./clique/fields.js";

export function objectsPage(name, type, { at }) {
  const heading = h("h1", {}, icon(type, 24), typePlural(type));
  const body = h("tbody", {});
  const head = h("tr", {});
  const more = h("p", {});
  let columns = null;
  let wanted = "";

  const load = async (signal, cursor) => {
    const list = await get(path(name, "objects"), { type, at, limit: 100, cursor, name: wanted && `*${wanted}*` }, signal);
    if (!cursor) show(body);
    show(heading, icon(type, 24), `${typePlural(type)} `, h("small", {}, count(list.total)));
    // The columns: what the first rows have to say.
    columns ??= [...new Set(list.items.slice(0, 20).flatMap((o) => hoverFields(o).map(([k]) => k)))].slice(0, 4);
    show(head, h("th", { scope: "col" }, "name"), columns.map((c) => h("th", { scope: "col" }, c)), h("th", { scope: "col" }, "confirmed"));
    for (const o of list.items) {
      const fields = new Map(hoverFields(o));
      body.append(h("tr", { class: o.stale ? "stale" : "" },
        h("th", { scope: "row" }, h("a", { href: toObject(name, o.id, at) }, o.object_name || o.name)),
        columns.map((c) => h("td", {}, clip(brief(fields.get(c) ?? ""), 60))),
        h("td", {}, o.last_scanned ? h("time", { datetime: o.last_scanned, title: clock(o.last_scanned) }, ago(o.last_scanned)) : "–")));
    }
    if (!cursor && !list.items.length) body.append(h("tr", {}, h("td", { class: "empty", colspan: columns.length + 2 }, "None")));
    show(more, list.next_cursor && h("button", { type: "button", onclick: () => load(undefined, list.next_cursor) }, "More"));
  };

  const filter = h("input", {
    type: "search", placeholder: "Filter by name", "aria-label": "Filter by name",
    oninput: debounce(200, () => {
      wanted = filter.value.trim();
      load();
    }),
  });
  return {
    env: name,
    title: `${typePlural(type)} in ${name}`,
    element: h("section", { class: "objects" },
      h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: "#/" }, "Environments"), h("a", { href: toEnv(name, at) }, name)),
      timeBar(at, name),
      h("div", { class: "title-row" }, heading, filter),
      h("div", { class: "scroll" }, h("table", {}, h("thead", {}, head), body)), more),
    ready: load,
    change: () => !at && load(),
  };
}
