// Looking at the past: which time a page shows.

import { h } from "./dom.js";
import { ago, clock } from "./format.js";
import { current, go } from "./route.js";

/** The time a page shows, and how to show another. */
export function timeBar(at) {
  const { parts, query } = current();
  const to = (time) => go(parts, { ...query, at: time });
  const input = h("input", {
    type: "datetime-local", step: 1, "aria-label": "Show as of", value: at ? clock(at).replace(" ", "T") : "",
    onchange: (e) => {
      const d = new Date(e.target.value);
      to(Number.isNaN(+d) ? undefined : d.toISOString());
    },
  });
  return h("div", { class: at ? "timebar past" : "timebar" },
    h("label", {}, at ? `As it was ${ago(at)}` : "As it is now; show as of", " ", input),
    at && h("button", { type: "button", onclick: () => to(undefined) }, "Back to now"));
}
