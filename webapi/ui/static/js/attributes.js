// The attributes of an object as a table; what is nested opens on demand.

import { h } from "./dom.js";
import { ago, clock, plural } from "./format.js";
import { toObject } from "./route.js";
import { typeName } from "./types.js";

const first = ["id", "host", "last_scanned", "stale_reason", "part"];
const hidden = new Set(["_id", "environment", "type", "name", "object_name", "id_path", "name_path", "parent_id", "parent_type",
  "show_in_tree", "stale", "clique", "text", "create_object", ...first]);

export function attributes(o, env, at) {
  const rest = Object.keys(o).filter((k) => !hidden.has(k)).sort((a, b) => a.localeCompare(b, "en", { numeric: true, sensitivity: "base" }));
  const copy = h("button", {
    type: "button", class: "quiet", title: "Copy the id",
    onclick: async () => {
      await navigator.clipboard?.writeText(o.id);
      copy.textContent = "copied";
    },
  }, "copy");
  return [
    h("h2", {}, "Attributes"),
    h("table", { class: "attributes" }, h("tbody", {},
      row("type", typeName(o.type)),
      row("id", h("span", {}, h("code", {}, o.id), " ", copy)),
      o.host && o.host !== o.id && row("host", h("a", { href: toObject(env, o.host, at) }, o.host)),
      row("confirmed", o.last_scanned ? h("time", { datetime: o.last_scanned, title: clock(o.last_scanned) }, ago(o.last_scanned)) : "–"),
      o.stale_reason && row("not answered", o.stale_reason),
      o.part && row("source", h("code", {}, o.part)),
      rest.map((k) => row(k, value(o[k]))))),
  ];
}

const row = (name, content) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, content));

const isTime = (s) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(s);

function value(v) {
  if (v === null || v === undefined || v === "") return h("span", { class: "nothing" }, "–");
  if (typeof v === "boolean") return v ? "yes" : "no";
  if (typeof v === "string" && v.includes("\n")) {
    return h("details", {}, h("summary", {}, plural(v.trim().split("\n").length, "line")), h("pre", {}, v));
  }
  if (typeof v === "string" && isTime(v)) return h("time", { datetime: v, title: v }, clock(v));
  if (typeof v !== "object") return String(v);
  if (Array.isArray(v)) {
    if (!v.length) return h("span", { class: "nothing" }, "none");
    if (v.every((e) => typeof e !== "object")) return v.length <= 4 ? v.join(", ") : folded(plural(v.length, "value"), h("ul", {}, v.map((e) => h("li", {}, String(e)))));
    return folded(plural(v.length, "entry", "entries"), v.map((e) => (typeof e === "object" && e ? nested(e) : String(e))));
  }
  const keys = Object.keys(v);
  if (!keys.length) return h("span", { class: "nothing" }, "none");
  return folded(plural(keys.length, "field"), nested(v));
}

const folded = (summary, ...content) => h("details", {}, h("summary", {}, summary), ...content);
const nested = (o) => h("table", { class: "attributes" }, h("tbody", {}, Object.entries(o).map(([k, e]) => row(k, value(e)))));
