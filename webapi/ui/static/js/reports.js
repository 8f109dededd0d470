// The reports that an environment keeps, and how it stands now.

import { call, env as path, get, post } from "./api.js";
import { attempt } from "./attempt.js";
import { h, show } from "./dom.js";
import { ago, clock, formats, plural } from "./format.js";
import { href, toEnv } from "./route.js";

const SHOWN = 100;

export function reportsPage(name) {
  const note = h("p", { class: "note", role: "alert" });
  const list = h("div", {});
  const making = h("div", {});

  const load = async (signal) => {
    const [e, { items, total }] = await Promise.all([get(path(name), {}, signal), get(path(name, "reports"), { limit: SHOWN }, signal)]);
    show(list, items.length ? table(items, e.may_edit) : h("p", { class: "empty" }, "None is kept yet. A schedule can keep one each week."),
      total > items.length && h("p", { class: "caption" }, `The newest ${items.length} of ${total}; calipso report list shows all.`));
    show(making, e.may_edit && form());
  };

  const table = (items, mayEdit) => h("div", { class: "scroll" }, h("table", {},
    h("thead", {}, h("tr", {}, ["report", "made", "of", "says", "as", ""].map((t) => h("th", { scope: "col" }, t)))),
    h("tbody", {}, items.map((r) => h("tr", {},
      h("th", { scope: "row" }, link(r, "html", r.title), r.change && ` (change ${r.change})`),
      h("td", {}, h("time", { datetime: r.created, title: r.created }, clock(r.created)), ` (${ago(r.created)})`, ` by ${r.author || "the server"}`),
      h("td", {}, [r.inputs.from, r.inputs.to].filter(Boolean).map((m) => m.snapshot || clock(m.time)).join(" → "), r.inputs.scope && `, scope ${r.inputs.scope}`),
      h("td", {}, figures(r.totals)),
      h("td", {}, formats.filter((f) => f !== "html").map((f) => [link(r, f, f), " "])),
      h("td", {}, mayEdit && h("button", {
        type: "button", class: "quiet", "aria-label": `Forget the report ${r.title}`,
        onclick: () => confirm(`Forget the report “${r.title}”?`) && attempt(note, () => call("DELETE", path(name, "reports", r.id)), "Report removed", load),
      }, "forget")))))));

  const link = (r, format, text) => h("a", { href: `/api/v1${path(name, "reports", r.id)}?format=${format}`, target: "_blank", rel: "noopener" }, text);

  const form = () => {
    const kind = h("select", { name: "kind", "aria-label": "What it tells" },
      h("option", { value: "weekly" }, "the week: differences and health"), h("option", { value: "health" }, "health"));
    const title = h("input", { name: "title", maxlength: 200, placeholder: "title (optional)", "aria-label": "Title" });
    return h("form", {
      class: "line",
      onsubmit: (e) => {
        e.preventDefault();
        attempt(note, () => post(path(name, "reports"), { kind: kind.value, ...(title.value && { title: title.value }) }), "Report kept", load);
      },
    }, "Make one now of ", kind, title, h("button", { class: "primary" }, "Keep"));
  };

  return {
    env: name,
    title: `Reports of ${name}`,
    element: h("section", { class: "reports" },
      h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: href([]) }, "Environments"), h("a", { href: toEnv(name) }, name)),
      h("h1", {}, "Reports"), note,
      h("p", {}, h("a", { href: `/api/v1${path(name, "health")}?format=html`, target: "_blank", rel: "noopener" }, "How it stands now"), ": every instance with its host, networks and way to the physical NIC."),
      list, making),
    ready: load,
    scan: (s) => {
      if (s.end_timestamp) load();
    },
  };
}

function figures(t) {
  const { ok, warning, error, unknown, not_found: missing } = t.instances ?? {};
  return [
    t.differences !== undefined && plural(t.differences, "difference"),
    t.instances && [ok && `${ok} OK`, warning && `${warning} warning`, error && `${error} error`, missing && `${missing} not found`, unknown && `${unknown} unknown`].filter(Boolean).join(", "),
  ].filter(Boolean).join("; ");
}
