// What we know of object types: words, layer, picture. The words and layers
// come from the server's catalog; pictures are ours, 16 by 16, stroked.

import { s } from "./dom.js";
import { get } from "./api.js";

const pictures = {
  instance: "M2.5 3.5h11v7.5h-11zM6 13.5h4M8 11v2.5",
  vservice: "M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01M8 5h3M8 11h3",
  vnic: "M5.5 2v3.5M10.5 2v3.5M4 5.5h8v2.5a4 4 0 0 1-8 0zM8 12v2.5",
  vconnector: "M2 5h12M2 11h12M5 3v4M11 3v4M8 9v4",
  vedge: "M2 8h12M2 8l2.5-2.5M2 8l2.5 2.5M14 8l-2.5-2.5M14 8l-2.5 2.5M8 2v12M8 2L5.8 4.2M8 2l2.2 2.2M8 14l-2.2-2.2M8 14l2.2-2.2",
  otep: "M2 12V8.5a5 5 0 0 1 10 0V10M9.5 8l2.5 2.5L14.5 8",
  host_pnic: "M2.5 4h11v8.5h-11zM5 12.5V9.5h6v3M6.5 4v2M8 4v2M9.5 4v2",
  switch_pnic: "M2.5 4h11v8.5h-11zM5 12.5V9.5h6v3M8 6v1",
  switch: "M1.5 5h13v6h-13zM4 8h.01M6.5 8h.01M9 8h.01M11.5 8h1",
  network: "M4.5 12.5a3 3 0 0 1-.3-6 4 4 0 0 1 7.7-.6 3.3 3.3 0 0 1-.2 6.6z",
  host: "M3.5 2h9v12h-9zM6 5h4M6 7.5h4M8 11h.01",
  project: "M2 4.5h4.5l1.5 1.5h6v7h-12z",
  region: "M8 1.8a6.2 6.2 0 1 0 0 12.4 6.2 6.2 0 0 0 0-12.4M1.8 8h12.4M8 1.8c-5 4-5 8.4 0 12.4 5-4 5-8.4 0-12.4",
  availability_zone: "M8 2l6 3.5v5L8 14l-6-3.5v-5zM2 5.5l6 3.5 6-3.5M8 9v5",
  port: "M3 3h10v10h-10zM6 13v-3h4v3",
  network_agent: "M8 2a3 3 0 1 0 0 6 3 3 0 0 0 0-6M2.5 14a5.5 5.5 0 0 1 11 0",
  aggregate: "M2 2.5h5v5h-5zM9 2.5h5v5h-5zM2 9.5h5v4h-5zM9 9.5h5v4h-5z",
  folder: "M2 4h4.5l1.5 1.5h6v7h-12z",
};
const dot = "M8 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7";

/** The words of the catalog, by type. */
let catalog = new Map();

export async function loadTypes() {
  const list = await get("/object-types", { limit: 1000 });
  catalog = new Map(list.items.map((t) => [t.type, t]));
}

const words = (type) => type.replace(/_folder$/, "").replace(/_/g, " ");
export const typeName = (type) => catalog.get(type)?.name ?? words(type);
export const typePlural = (type) => catalog.get(type)?.plural ?? words(type);
export const typeHint = (type) => catalog.get(type)?.description ?? "";
export const isFolder = (type) => type.endsWith("_folder");

/** From the guest (1) to the network (9); what has no layer stands at the left. */
export const layerOf = (type) => catalog.get(type)?.layer ?? 0;

/** Types in the catalog's order, unknown ones last. */
export function inOrder(types) {
  const rank = [...catalog.keys()];
  const place = (t) => (catalog.has(t) ? rank.indexOf(t) : 1000);
  return [...types].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

export const picturePath = (type) => pictures[type] ?? (isFolder(type) ? pictures.folder : dot);

/** The picture of a type as a small SVG element. */
export function icon(type, size = 16) {
  return s("svg", { class: `icon t-${cssName(type)}`, viewBox: "0 0 16 16", width: size, height: size, "aria-hidden": "true" },
    s("path", { d: picturePath(type) }));
}

export const cssName = (type) => type.replace(/[^a-z0-9_]/gi, "_");
