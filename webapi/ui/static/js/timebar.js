// Looking at the past: which time a page shows.

import { env as path, get } from "./api.js";
import { h } from "./dom.js";
import { ago, clock } from "./format.js";
import { current, go } from "./route.js";

/** The time a page of an environment shows, and how to show another: any, or one that has a name. */
export function timeBar(at, name) {
  const { parts, query } = current();
  const to = (time) => go(parts, { ...query, at: time });
  const known = at && ago(at) !== ""; // else it is a snapshot's name
  const input = h("input", {
    type: "datetime-local", step: 1, "aria-label": "Show as of", value: known ? clock(at).replace(" ", "T") : "",
    onchange: (e) => {
      const d = new Date(e.target.value);
      to(Number.isNaN(+d) ? undefined : d.toISOString());
    },
  });
  const named = h("select", { "aria-label": "Show a snapshot", hidden: true, onchange: (e) => to(e.target.value || undefined) },
    h("option", { value: "" }, "snapshot…"));
  if (name) offer(named, name, at);
  return h("div", { class: at ? "timebar past" : "timebar" },
    h("label", {}, at ? `As it was ${known ? ago(at) : `in snapshot ${at}`}` : "As it is now; show as of", " ", input),
    named,
    at && h("button", { type: "button", onclick: () => to(undefined) }, "Back to now"));
}

// Offers the snapshots of an environment, if it has any. A page does without
// them as well as with.
async function offer(select, name, at) {
  const { items } = await get(path(name, "snapshots")).catch(() => ({ items: [] }));
  for (const s of items) {
    select.append(h("option", { value: s.time, selected: s.time === at || s.name === at }, s.complete ? s.name : `${s.name} (incomplete)`));
  }
  select.hidden = !items.length;
}
