// The picture of a clique as SVG elements. No style attributes: the page's
// policy forbids them, and classes let dark mode and print do their work.

import { s } from "../dom.js";
import { clip, plural } from "../format.js";
import { cssName, picturePath, typeName } from "../types.js";
import { layout } from "./layout.js";
import { fitted, measure } from "./text.js";

const LABEL = 20; // letters

export const keyOf = (l) => `${l.source_id}\u0000${l.target_id}\u0000${l.link_type}`;

/** graph: {nodes, links, focal}. Returns {svg, view, parts}: parts by object id. */
export function draw(graph, layerOf) {
  const nodes = graph.nodes.map((n) => ({ id: n.id, type: n.type, name: n.object_name || n.name, says: typeName(n.type), layer: layerOf(n.type), host: n.host ?? "" }));
  const links = graph.links.map((l) => ({ key: keyOf(l), source: l.source_id, target: l.target_id, label: clip(l.link_name ?? "", LABEL) }));
  const plan = layout(nodes, links, graph.focal, { measure });
  const parts = new Map();
  const byId = new Map(graph.nodes.map((n) => [n.id, n]));
  const degree = new Map();
  for (const l of graph.links) for (const id of [l.source_id, l.target_id]) degree.set(id, (degree.get(id) ?? 0) + 1);

  const view = s("g", { class: "view" },
    s("g", { class: "bands" }, plan.bands.map(band)),
    s("g", { class: "heads", "aria-hidden": "true" }, plan.columns.map((c) => head(c, plan))),
    s("g", { class: "links" }, graph.links.map((l) => ({ l, at: plan.links.find((p) => p.key === keyOf(l)) }))
      .filter(({ at }) => at).map(({ l, at }) => link(l, at, parts, plan.size))),
    s("g", { class: "nodes" }, plan.nodes.map((at) => node(byId.get(at.id), at, graph.focal, degree, parts, plan.size))));
  const focal = byId.get(graph.focal);
  const svg = s("svg", {
    class: plan.size.labels ? "clique roomy" : "clique dense",
    role: "group",
    "aria-label": `${focal ? typeName(focal.type) + " " + focal.name + ": " : ""}${plural(graph.nodes.length, "object")}, ${plural(graph.links.length, "link")}. Arrow keys go from one to the next, Enter centres on it.`,
  }, view);
  return { svg, view, parts, plan };
}

function band(b) {
  return s("g", { class: "band" },
    s("rect", { x: b.x, y: b.y, width: b.w, height: b.h, rx: 10 }),
    s("text", { x: b.x + 12, y: b.y + 17 }, b.host));
}

function head(c, plan) {
  return s("text", { class: "head", x: c.x + c.w / 2, y: -14, "text-anchor": "middle" }, c.types.map(typeName).join(" · "));
}

function link(l, at, parts, size) {
  const down = l.state === "down";
  const g = s("g", { class: `link ${down ? "down" : "up"}${l.implicit ? " implicit" : ""}` },
    s("path", { class: "hit", d: at.path }),
    s("path", { class: "line", d: at.path }));
  if (l.link_name && l.link_name.length) {
    g.append(s("text", { class: "label", x: at.label.x, y: at.label.y - (at.label.anchor === "middle" ? 5 : -3.5), "text-anchor": at.label.anchor }, clip(l.link_name, LABEL)));
  }
  g.dataset.key = keyOf(l);
  for (const id of [l.source_id, l.target_id]) {
    if (!parts.has(id)) parts.set(id, { links: [], near: [] });
    parts.get(id).links.push(g);
  }
  parts.get(l.source_id).near.push(l.target_id);
  parts.get(l.target_id).near.push(l.source_id);
  return g;
}

/** "ok", "warning" or "error", if something has looked at the object. */
export function health(n) {
  const status = String(n.status ?? "").toLowerCase();
  if (["ok", "warning", "error"].includes(status)) return status;
  if (/^down$/i.test(String(n.state ?? "")) && /pnic/.test(n.type)) return "error";
  return "";
}

function node(n, at, focal, degree, parts, size) {
  const roomy = size.labels;
  const name = n.object_name || n.name;
  const classes = ["node", `t-${cssName(n.type)}`];
  if (n.id === focal) classes.push("focal");
  if (n.stale) classes.push("stale");
  const state = health(n);
  const says = [`${typeName(n.type)} ${name}`, n.host && `on ${n.host}`, plural(degree.get(n.id) ?? 0, "link"),
    n.stale && "not confirmed by the last scan", state && `status ${state}`, n.id === focal && "in the centre"];
  const g = s("g", {
    class: classes.join(" "), tabindex: n.id === focal ? 0 : -1, role: "link",
    "aria-label": says.filter(Boolean).join(", "),
    transform: `translate(${Math.round(at.x * 10) / 10} ${Math.round(at.y * 10) / 10})`,
  },
    s("rect", { class: "box", width: at.w, height: at.h, rx: roomy ? 8 : 5 }),
    s("path", { class: "tab", d: tab(roomy ? 34 : 22, at.h, roomy ? 8 : 5) }),
    s("g", { class: "picture", transform: roomy ? "translate(9 12)" : "translate(4.4 4.4) scale(.82)" }, s("path", { d: picturePath(n.type) })));
  if (roomy) {
    g.append(s("text", { class: "name", x: 43, y: 17.5 }, fitted(name, at.w - size.lead - 9)), s("text", { class: "type", x: 43, y: 31 }, typeName(n.type)));
  } else {
    g.append(s("text", { class: "name", x: 28, y: 15 }, fitted(name, at.w - size.lead - 9)));
  }
  if (state) g.append(s("circle", { class: `status ${state}`, cx: at.w - 9, cy: 9, r: roomy ? 4 : 3 }));
  g.dataset.id = n.id;
  if (!parts.has(n.id)) parts.set(n.id, { links: [], near: [] });
  Object.assign(parts.get(n.id), { node: g, at, object: n });
  return g;
}

// The coloured left end of a box.
const tab = (w, h, r) => `M${r} 0H${w}V${h}H${r}A${r} ${r} 0 0 1 0 ${h - r}V${r}A${r} ${r} 0 0 1 ${r} 0Z`;
