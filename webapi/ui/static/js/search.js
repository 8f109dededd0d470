// Finding objects in all environments, as you type.

import { get } from "./api.js";
import { announce, debounce, h, show } from "./dom.js";
import { count, plural } from "./format.js";
import { go, toObject } from "./route.js";
import { icon, typeName } from "./types.js";

/** A text with the part that was looked for set off. */
function marked(text, wanted) {
  const at = text.toLowerCase().indexOf(wanted.toLowerCase());
  if (at < 0 || !wanted) return [text];
  return [text.slice(0, at), h("mark", {}, text.slice(at, at + wanted.length)), text.slice(at + wanted.length)];
}

function hitBody(hit, wanted) {
  const by = hit.matched?.text && !hit.name.toLowerCase().includes(hit.matched.text.toLowerCase());
  return [
    icon(hit.type),
    h("span", { class: "hit-name" }, marked(hit.name, wanted)),
    h("span", { class: "hit-type" }, typeName(hit.type)),
    h("span", { class: "hit-path" }, hit.name_path),
    by && h("span", { class: "hit-matched" }, `${hit.matched.field}: `, marked(hit.matched.text, wanted)),
  ];
}

/** The box in the bar at the top. */
export function searchBox() {
  let hits = [];
  let at = -1;
  let asking = null;
  const list = h("ul", { id: "hits", role: "listbox", "aria-label": "Found", hidden: true });
  const input = h("input", {
    type: "search", role: "combobox", "aria-expanded": "false", "aria-controls": "hits", "aria-autocomplete": "list",
    "aria-label": "Search all environments", placeholder: "Search name, id, MAC, IP …", autocomplete: "off", spellcheck: "false",
    oninput: () => (input.value.trim() ? ask(input.value.trim()) : close()),
    onfocus: () => hits.length && open(),
    onblur: () => setTimeout(close, 150),
    onkeydown: (e) => key(e),
  });

  const ask = debounce(110, async (text) => {
    asking?.abort();
    asking = new AbortController();
    try {
      const found = await get("/search", { q: text, limit: 12 }, asking.signal);
      if (input.value.trim() !== text) return;
      hits = found.items;
      at = -1;
      show(list,
        hits.map((hit, i) => h("li", {
          id: `hit-${i}`, role: "option", "aria-selected": "false",
          onpointerdown: (e) => {
            e.preventDefault();
            choose(i);
          },
        }, hitBody(hit, text))),
        !hits.length && h("li", { class: "none" }, "Nothing found"),
        found.total > hits.length && h("li", {
          class: "all",
          onpointerdown: () => all(),
        }, `All ${count(found.total)}${found.total_exact === false ? " and more" : ""} …`));
      announce(hits.length ? `${plural(found.total, "hit")}, use the arrow keys` : "Nothing found");
      open();
    } catch (err) {
      if (err.name !== "AbortError") show(list, h("li", { class: "none" }, err.message));
    }
  });

  const open = () => {
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (i) => {
    close();
    input.blur();
    location.hash = toObject(hits[i].environment, hits[i].id);
  };
  const all = () => {
    close();
    go(["search"], { q: input.value.trim() });
  };
  const select = (next) => {
    at = hits.length ? (next + hits.length) % hits.length : -1;
    [...list.querySelectorAll("[role=option]")].forEach((li, i) => li.setAttribute("aria-selected", i === at));
    if (at >= 0) {
      input.setAttribute("aria-activedescendant", `hit-${at}`);
      document.getElementById(`hit-${at}`).scrollIntoView({ block: "nearest" });
    }
  };
  const key = (e) => {
    if (e.key === "ArrowDown") select(at + 1);
    else if (e.key === "ArrowUp") select(at < 0 ? hits.length - 1 : at - 1);
    else if (e.key === "Enter" && at >= 0) choose(at);
    else if (e.key === "Enter" && input.value.trim()) all();
    else if (e.key === "Escape") close();
    else return;
    e.preventDefault();
  };

  document.addEventListener("keydown", (e) => {
    const typing = /^(input|textarea|select)$/i.test(document.activeElement?.tagName ?? "");
    if ((e.key === "/" && !typing) || (e.key === "k" && (e.ctrlKey || e.metaKey))) {
      e.preventDefault();
      input.focus();
      input.select();
    }
  });
  return h("search", { class: "search" }, input, h("kbd", { "aria-hidden": "true" }, "/"), list);
}

/** The page with all hits. */
export function searchPage(text) {
  const list = h("ol", { class: "hits" });
  const more = h("p", {});
  const heading = h("h1", {}, "Search");
  const load = async (signal, cursor) => {
    const found = await get("/search", { q: text, limit: 50, cursor }, signal);
    show(heading, found.total ? `${count(found.total)}${found.total_exact === false ? "+" : ""} found for “${text}”` : `Nothing found for “${text}”`);
    for (const hit of found.items) {
      list.append(h("li", {}, h("a", { href: toObject(hit.environment, hit.id) }, hitBody(hit, text))));
    }
    show(more, found.next_cursor && h("button", { type: "button", onclick: () => load(undefined, found.next_cursor) }, "More"));
  };
  return {
    title: `Search: ${text}`,
    element: h("section", { class: "search-page" }, heading, list, more),
    ready: (signal) => (text ? load(signal) : undefined),
  };
}
