// One object: its clique as a picture, its attributes, its links.

import { env as path, get, post, Problem } from "./api.js";
import { h, show } from "./dom.js";
import { plural } from "./format.js";
import { cliqueView } from "./clique/view.js";
import { attributes } from "./attributes.js";
import { gonePage } from "./gone.js";
import { historyOf } from "./history.js";
import { toEnv, toObject } from "./route.js";
import { timeBar } from "./timebar.js";
import { icon, typeName } from "./types.js";

const DRAWN = 400;

export function objectPage(name, id, at) {
  const crumbs = h("nav", { class: "crumbs", "aria-label": "Where you are" });
  const heading = h("div", { class: "title-row" });
  const picture = h("div", { class: "picture" });
  const side = h("aside", { class: "side", "aria-label": "Attributes" });
  const below = h("div", { class: "below" });
  const page = { env: name, title: id };

  const load = async (signal) => {
    const object = await get(path(name, "objects", id), { at }, signal).catch((err) => (err.status === 404 && !at ? null : Promise.reject(err)));
    if (!object) {
      const gone = await gonePage(name, id, signal);
      if (!gone) throw new Problem(404, { detail: `there is no object ${id} in ${name}, and never was` });
      show(page.element, gone);
      return;
    }
    const [graph, children, past] = await Promise.all([
      surroundings(name, id, at, signal),
      get(path(name, "objects", id, "children"), { at, limit: 50 }, signal),
      historyOf(name, id, signal),
    ]);
    page.title = object.name;
    show(crumbs, h("a", { href: "#/" }, "Environments"), h("a", { href: toEnv(name, at) }, name), above(object, at));
    show(heading, h("h1", {}, icon(object.type, 28), object.name), h("span", { class: "badge" }, typeName(object.type)),
      object.stale && h("span", { class: "badge s-failed", title: object.stale_reason ?? "" }, "not confirmed by the last scan"));
    show(side, attributes(object, name, at));
    show(picture, drawing(graph, object));
    show(below, linkTable(graph, object, name, at), childList(children, name, at), past.element);
  };

  const drawing = (graph, object) => {
    const others = graph.nodes.length - 1;
    const caption = graph.clique
      ? `Clique “${graph.clique}”: ${plural(others, "object")} reached from this one, ${plural(graph.links.length, "link")}`
      : others ? `Surroundings: ${plural(others, "object")} within ${plural(graph.depth, "link")}` : "No links lead from here or to here.";
    const note = h("p", { class: "caption" }, caption, graph.truncated ? "; there are more than are drawn" : "");
    if (!others) return note;
    return cliqueView({ ...graph, focal: object.id }, note, (to) => {
      if (to !== object.id) location.hash = toObject(name, to, at);
    });
  };

  return Object.assign(page, {
    element: h("section", { class: "object" }, crumbs, timeBar(at, name), heading, picture, h("div", { class: "split" }, below, side)),
    ready: load,
    change: () => !at && load(),
  });
}

// The clique of an object, or what is near it if its type has none.
async function surroundings(name, id, at, signal) {
  try {
    const c = await get(path(name, "cliques", id), { at }, signal);
    if (c.links.length) return cut({ nodes: c.nodes, links: c.links, clique: c.clique_type_name || typeName(c.focal_point_type) }, id);
  } catch (err) {
    if (err.status !== 404) throw err;
  }
  const depth = 2;
  const near = await post(path(name, "traverse") + (at ? `?at=${encodeURIComponent(at)}` : ""), { start: [id], max_depth: depth, limit: 150 });
  return { nodes: near.nodes, links: near.links, truncated: near.truncated, depth };
}

// People lose their way long before browsers do.
function cut(graph, id) {
  if (graph.nodes.length <= DRAWN) return graph;
  const kept = new Set([id, ...graph.nodes.slice(0, DRAWN).map((n) => n.id)]);
  return {
    ...graph, truncated: true,
    nodes: graph.nodes.filter((n) => kept.has(n.id)),
    links: graph.links.filter((l) => kept.has(l.source_id) && kept.has(l.target_id)),
  };
}

// The way down to the object: names of folders say enough without a link.
function above(object, at) {
  const names = object.name_path.split("/").slice(2, -1);
  const ids = object.id_path.split("/").slice(2, -1);
  const plain = (s) => s.replaceAll("---..47..---", "/");
  return names.map((n, i) => h("a", { href: toObject(object.environment, plain(ids[i] ?? ""), at) }, plain(n)));
}

function linkTable(graph, object, name, at) {
  const names = new Map(graph.nodes.map((n) => [n.id, n]));
  const own = graph.links.filter((l) => l.source_id === object.id || l.target_id === object.id);
  if (!own.length) return null;
  return h("section", {}, h("h2", {}, plural(own.length, "link")),
    h("div", { class: "scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, ["to", "type", "name", "state"].map((t) => h("th", { scope: "col" }, t)))),
      h("tbody", {}, own.map((l) => {
        const other = l.source_id === object.id ? l.target_id : l.source_id;
        const n = names.get(other);
        return h("tr", {},
          h("th", { scope: "row" }, n && icon(n.type), " ", h("a", { href: toObject(name, other, at) }, n?.object_name || n?.name || other)),
          h("td", {}, l.link_type), h("td", {}, l.link_name || "–"),
          h("td", { class: l.state === "down" ? "warn" : "" }, l.state));
      })))));
}

function childList(children, name, at) {
  if (!children.items.length) return null;
  return h("section", {}, h("h2", {}, `${plural(children.total, "object")} below`),
    h("ul", { class: "children" }, children.items.map((c) => h("li", {}, icon(c.type), h("a", { href: toObject(name, c.id, at) }, c.object_name || c.name))),
      children.next_cursor && h("li", {}, "…")));
}
