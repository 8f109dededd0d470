// A clique that can be looked at: zoom and pan, hover and keyboard, legend.

import { h, s, announce } from "../dom.js";
import { brief, clip } from "../format.js";
import { icon, inOrder, layerOf, typeName } from "../types.js";
import { draw, keyOf } from "./draw.js";
import { hoverFields } from "./fields.js";

const MARGIN = 34;

/**
 * graph: {nodes, links, focal}; caption: what it is in words; open(id) is called for the object that is to be
 * the next centre. Returns the element to show.
 */
export function cliqueView(graph, caption, open) {
  const { svg, view, parts, plan } = draw(graph, layerOf);
  const links = new Map(graph.links.map((l) => [keyOf(l), l]));
  const card = h("div", { class: "card", role: "tooltip", hidden: true });
  const frame = h("div", { class: "frame" }, svg, card);
  const camera = makeCamera(frame, svg, plan);

  svg.addEventListener("pointerover", (e) => point(e.target));
  svg.addEventListener("pointerleave", () => point(null));
  svg.addEventListener("focusin", (e) => {
    point(e.target);
    camera.reveal(e.target.closest?.(".node"));
  });
  svg.addEventListener("focusout", () => point(null));
  svg.addEventListener("click", (e) => {
    const node = e.target.closest(".node");
    if (node && !camera.dragged()) open(node.dataset.id);
  });
  svg.addEventListener("keydown", (e) => key(e));

  let lit = [];
  // Lights up what the pointer or the focus is at, with its neighbours.
  function point(target) {
    for (const el of lit) el.classList.remove("lit");
    lit = [];
    const node = target?.closest?.(".node"), line = target?.closest?.(".link");
    svg.classList.toggle("pointing", Boolean(node || line));
    if (!node && !line) {
      card.hidden = true;
      return;
    }
    if (node) {
      const part = parts.get(node.dataset.id);
      lit = [node, ...part.links, ...part.near.map((id) => parts.get(id)?.node).filter(Boolean)];
      fillNode(card, part.object);
    } else {
      const l = links.get(line.dataset.key);
      lit = [line, parts.get(l.source_id)?.node, parts.get(l.target_id)?.node].filter(Boolean);
      fillLink(card, l, parts);
    }
    for (const el of lit) el.classList.add("lit");
    card.hidden = false;
    placeCard(card, frame, (node ?? line.querySelector(".line")).getBoundingClientRect());
  }

  function key(e) {
    const node = e.target.closest?.(".node");
    if (!node) return;
    if (e.key === "Enter" || e.key === " ") {
      e.preventDefault();
      open(node.dataset.id);
    } else if (e.key === "Escape") {
      point(null);
    } else if (e.key.startsWith("Arrow")) {
      e.preventDefault();
      const next = nearest(parts, node.dataset.id, e.key);
      if (!next) return;
      node.setAttribute("tabindex", -1);
      next.setAttribute("tabindex", 0);
      next.focus({ preventScroll: true });
    }
  }

  const tools = h("div", { class: "tools", role: "toolbar", "aria-label": "Picture" },
    tool("Larger", "M8 3v10M3 8h10", () => camera.zoom(1.25)),
    tool("Smaller", "M3 8h10", () => camera.zoom(0.8)),
    tool("Show all of it", "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10", () => camera.fit()),
    tool("Print", "M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z", () => window.print()));
  announce(svg.getAttribute("aria-label"));
  return h("figure", { class: "picture-of-clique" }, h("div", { class: "over" }, caption, tools), frame, legend(graph, parts, svg));
}

const tool = (words, d, onclick) => h("button", { type: "button", title: words, "aria-label": words, onclick },
  s("svg", { class: "icon", viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, s("path", { d })));

// The node that lies nearest in the direction of an arrow key.
function nearest(parts, id, arrow) {
  const from = parts.get(id).at;
  const dx = arrow === "ArrowRight" ? 1 : arrow === "ArrowLeft" ? -1 : 0;
  const dy = arrow === "ArrowDown" ? 1 : arrow === "ArrowUp" ? -1 : 0;
  let best = null, least = Infinity;
  for (const { at, node } of parts.values()) {
    if (!at || at === from) continue;
    const ahead = (at.x - from.x) * dx + (at.y - from.y) * dy;
    const aside = Math.abs((at.x - from.x) * dy) + Math.abs((at.y - from.y) * dx);
    if (ahead <= 1) continue;
    const far = ahead + aside * 2.2;
    if (far < least) [best, least] = [node, far];
  }
  return best;
}

function fillNode(card, o) {
  card.replaceChildren(
    h("p", { class: "title" }, icon(o.type), h("strong", {}, o.name), h("span", {}, typeName(o.type))),
    rows(hoverFields(o)),
    o.stale ? h("p", { class: "stale-note" }, "Not confirmed by the last scan") : "");
}

function fillLink(card, l, parts) {
  const name = (id) => parts.get(id)?.object?.name ?? id;
  const extra = Object.entries(l.attributes ?? {}).filter(([k]) => !/_label$/.test(k)).map(([k, v]) => [k, brief(v)]);
  card.replaceChildren(
    h("p", { class: "title" }, h("strong", {}, l.link_name || l.link_type), h("span", {}, "link")),
    rows([["type", l.link_type], ["from", name(l.source_id)], ["to", name(l.target_id)], ["state", l.state], ["host", l.host], ...extra]));
}

const rows = (fields) => h("dl", {}, fields.filter(([, v]) => v !== undefined && v !== "" && v !== null)
  .map(([k, v]) => [h("dt", {}, k), h("dd", {}, clip(String(v), 90))]));

// Beside what it speaks of, inside the frame.
function placeCard(card, frame, at) {
  const box = frame.getBoundingClientRect();
  const w = card.offsetWidth, height = card.offsetHeight;
  let x = at.right - box.left + 12;
  if (x + w > box.width - 6) x = at.left - box.left - w - 12;
  if (x < 6) x = Math.max(6, Math.min(box.width - w - 6, at.left - box.left + at.width / 2 - w / 2));
  let y = at.top - box.top + at.height / 2 - 24;
  y = Math.max(6, Math.min(box.height - height - 6, y));
  card.style.left = `${x}px`;
  card.style.top = `${y}px`;
}

// Which colours and lines mean what; a type in it points at its nodes.
function legend(graph, parts, svg) {
  const types = inOrder(new Set(graph.nodes.map((n) => n.type)));
  const count = (t) => graph.nodes.filter((n) => n.type === t).length;
  const light = (t, on) => {
    svg.classList.toggle("pointing", on);
    for (const p of parts.values()) if (p.object?.type === t) p.node.classList.toggle("lit", on);
  };
  const states = [
    graph.links.some((l) => l.state !== "down") && ["up", "link up"],
    graph.links.some((l) => l.state === "down") && ["down", "link down"],
    graph.links.some((l) => l.implicit) && ["implicit", "derived link"],
  ].filter(Boolean);
  return h("figcaption", { class: "legend" },
    types.map((t) => h("span", { class: "entry", onpointerenter: () => light(t, true), onpointerleave: () => light(t, false) },
      icon(t), `${typeName(t)} `, h("b", {}, String(count(t))))),
    states.map(([c, text]) => h("span", { class: `entry line ${c}` }, h("i", {}), text)),
    graph.nodes.some((n) => n.stale) && h("span", { class: "entry stale-entry" }, h("i", {}), "not confirmed by the last scan"));
}

// Zoom and pan by transforming the picture inside a fixed frame.
function makeCamera(frame, svg, plan) {
  const view = svg.querySelector(".view");
  let scale = 1, x = 0, y = 0, moved = 0;
  const paper = matchMedia("print");
  const apply = () => {
    if (paper.matches) return; // on paper the picture fills the page by itself
    view.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    svg.classList.toggle("far", scale < 0.55);
    svg.classList.toggle("near", scale >= 1.3);
  };
  const size = () => ({ w: frame.clientWidth || 900, h: frame.clientHeight || 560 });
  const box = { w: plan.width, h: plan.height + 30 };
  // The frame is as high as the picture needs, but leaves room for the rest.
  const grow = () => {
    const scale = Math.min(1.15, (frame.clientWidth - MARGIN) / box.w);
    const most = Math.max(340, window.innerHeight - 250);
    frame.style.height = `${Math.round(Math.max(190, Math.min(most, box.h * scale + MARGIN + 10)))}px`;
  };
  const fitting = () => {
    const { w, h: height } = size();
    return Math.min(1.15, (w - MARGIN) / box.w, (height - MARGIN) / box.h);
  };
  const camera = {
    fit() {
      const { w, h: height } = size();
      scale = fitting();
      x = (w - plan.width * scale) / 2;
      y = (height - box.h * scale) / 2 + 30 * scale;
      apply();
    },
    // Where fitting would leave nothing to read: the centre, in a fair size.
    begin() {
      camera.fit();
      const node = svg.querySelector(".node.focal");
      if (scale >= 0.38 || !node) return;
      const { w, h: height } = size();
      const at = plan.nodes.find((n) => n.id === node.dataset.id);
      scale = 0.62;
      x = w / 2 - (at.x + at.w / 2) * scale;
      y = height / 2 - (at.y + at.h / 2) * scale;
      apply();
    },
    zoom(by, cx = size().w / 2, cy = size().h / 2) {
      const next = Math.max(Math.min(0.1, fitting()), Math.min(4, scale * by));
      x = cx - ((cx - x) * next) / scale;
      y = cy - ((cy - y) * next) / scale;
      scale = next;
      apply();
    },
    // Moves the picture if a node is outside of what can be seen.
    reveal(node) {
      if (!node) return;
      const at = node.getBoundingClientRect(), b = frame.getBoundingClientRect(), m = 24;
      const dx = at.left < b.left + m ? b.left + m - at.left : at.right > b.right - m ? b.right - m - at.right : 0;
      const dy = at.top < b.top + m ? b.top + m - at.top : at.bottom > b.bottom - m ? b.bottom - m - at.bottom : 0;
      if (dx || dy) {
        x += dx;
        y += dy;
        apply();
      }
    },
    dragged: () => moved > 4,
  };
  svg.addEventListener("wheel", (e) => {
    e.preventDefault();
    const b = frame.getBoundingClientRect();
    camera.zoom(Math.exp(-e.deltaY * (e.deltaMode ? 0.05 : 0.0016)), e.clientX - b.left, e.clientY - b.top);
  }, { passive: false });
  let held = null;
  svg.addEventListener("pointerdown", (e) => {
    moved = 0;
    if (e.button === 0) held = { id: e.pointerId, x: e.clientX, y: e.clientY };
  });
  svg.addEventListener("pointermove", (e) => {
    if (!held || held.id !== e.pointerId) return;
    const dx = e.clientX - held.x, dy = e.clientY - held.y;
    moved += Math.abs(dx) + Math.abs(dy);
    if (moved > 4 && !svg.hasPointerCapture(e.pointerId)) svg.setPointerCapture(e.pointerId);
    held.x = e.clientX;
    held.y = e.clientY;
    x += dx;
    y += dy;
    apply();
  });
  const release = () => (held = null);
  svg.addEventListener("pointerup", release);
  svg.addEventListener("pointercancel", release);
  let known = 0;
  new ResizeObserver(() => {
    const w = frame.clientWidth;
    if (w && Math.abs(w - known) > 2) {
      known = w;
      grow();
      camera.begin();
    }
  }).observe(frame);
  // On paper the picture is as wide as the page.
  svg.setAttribute("preserveAspectRatio", "xMidYMin meet");
  const forPaper = () => {
    if (!svg.isConnected) return;
    if (paper.matches) {
      svg.setAttribute("viewBox", `0 -30 ${box.w} ${box.h}`);
      view.removeAttribute("transform");
    } else {
      svg.removeAttribute("viewBox");
      apply();
    }
  };
  paper.addEventListener("change", forPaper);
  return camera;
}
