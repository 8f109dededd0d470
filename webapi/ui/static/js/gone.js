// An object that is not there any more, but was: what became of it.

import { h } from "./dom.js";
import { ago, clock } from "./format.js";
import { historyOf } from "./history.js";
import { toEnv, toObject } from "./route.js";

/** The page of a gone object; null if nothing was ever known of it. */
export async function gonePage(name, id, signal) {
  const past = await historyOf(name, id, signal).catch((err) => (err.status === 404 ? null : Promise.reject(err)));
  if (!past) return null;
  const [last] = past.entries;
  const before = last && new Date(Date.parse(last.time) - 1).toISOString();
  return [
    h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: "#/" }, "Environments"), h("a", { href: toEnv(name) }, name)),
    h("div", { class: "title-row" }, h("h1", {}, last?.fields?.find((f) => f.field === "name")?.old ?? id), h("span", { class: "badge s-failed" }, "gone")),
    last && h("p", { class: "caption" }, "Not there since ", h("time", { datetime: last.time }, clock(last.time)), ` (${ago(last.time)}). `,
      h("a", { href: toObject(name, id, before) }, "Show it as it was just before")),
    past.element,
  ];
}
