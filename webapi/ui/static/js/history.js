// What became of an object in time, and why.

import { env as path, get } from "./api.js";
import { h } from "./dom.js";
import { ago, brief, clip, clock, plural } from "./format.js";
import { toObject } from "./route.js";
import { icon } from "./types.js";

const PAGE = 10;
const FIELDS = 12; // of one change, before the rest is folded away

/** The history of an object, newest first, as {element, entries: the newest}; more is read when asked for. */
export async function historyOf(name, id, signal) {
  const list = h("ol", { class: "history" });
  const more = h("button", { type: "button", class: "quiet" }, "earlier changes");
  let cursor;
  const next = async (signal) => {
    const page = await get(path(name, "objects", id, "history"), { limit: PAGE, cursor }, signal);
    list.append(...page.items.map((e) => entry(e, name)));
    cursor = page.next_cursor;
    more.hidden = !cursor;
    return page;
  };
  more.addEventListener("click", async () => {
    more.disabled = true;
    try {
      await next();
    } finally {
      more.disabled = false;
    }
  });
  const { total, total_exact: exact, items } = await next(signal);
  const element = h("section", { class: "past-changes" }, h("h2", {}, "History"),
    h("p", { class: "caption" }, exact ? plural(total, "change") : `more than ${plural(total, "change")}`), list, more);
  return { element, entries: items };
}

const words = { added: "appeared", removed: "gone", changed: "changed" };

function entry(e, name) {
  // What it came with and what it had are on the page of that time.
  const lines = [
    ...(e.operation === "changed" ? e.fields.map(field) : []),
    ...e.links_gained.map((l) => link(l, "gained", name, e.time)),
    ...e.links_lost.map((l) => link(l, "lost", name)),
    ...e.links_changed.flatMap((l) => [link(l, "changed", name, e.time), ...(l.fields ?? []).map(field)]),
  ];
  const left = e.links_total - e.links_gained.length - e.links_lost.length - e.links_changed.length;
  if (left > 0) lines.push(h("li", {}, `and ${plural(left, "more link", "more links")}`));
  return h("li", { class: `op-${e.operation}` },
    h("p", {}, h("b", {}, words[e.operation] ?? e.operation), " ", h("time", { datetime: e.time, title: e.time }, clock(e.time)), ` (${ago(e.time)})`,
      h("span", { class: "cause" }, ` by ${e.cause.kind} ${e.cause.id ?? ""} ${e.cause.who ?? ""}`)),
    lines.length > 0 && h("ul", {}, lines.slice(0, FIELDS)),
    lines.length > FIELDS && h("details", {}, h("summary", {}, `${lines.length - FIELDS} more`), h("ul", {}, lines.slice(FIELDS))));
}

const short = (v) => clip(brief(v), 80);

const field = (f) => h("li", {}, h("code", {}, f.field), " ", h("del", {}, short(f.old)), " → ", h("ins", {}, short(f.new)));

// Without a time, the other object may be gone: then its page says so.
const link = (l, what, name, at) => h("li", {}, `link ${what}: ${l.link_type} ${l.direction === "in" ? "from" : "to"} `, l.peer.type && icon(l.peer.type), " ",
  h("a", { href: toObject(name, l.peer.id, what === "lost" ? undefined : at) }, l.peer.name));
