// The scans of an environment that make themselves.

import { call, env as path, get, post } from "./api.js";
import { attempt } from "./attempt.js";
import { h, show } from "./dom.js";
import { ago, clock } from "./format.js";
import { href, toEnv } from "./route.js";

// What most people want; the command line has all there is.
const offers = [
  { text: "every Sunday at midnight, with snapshot and weekly report", cron: "0 0 * * 0", snapshot: "weekly-2006-01-02", report: { kind: "weekly" } },
  { text: "every night at 02:00, with snapshot", cron: "0 2 * * *", snapshot: "nightly-2006-01-02" },
  { text: "every hour", recurrence: "HOURLY" },
];

export function schedulesPage(name) {
  const note = h("p", { class: "note", role: "alert" });
  const list = h("div", {});
  const adding = h("div", {});

  const load = async (signal) => {
    const [e, { items }] = await Promise.all([get(path(name), {}, signal), get(path(name, "schedules"), { limit: 200 }, signal)]);
    show(list, items.length ? table(items, e.may_edit) : h("p", { class: "empty" }, "No scans make themselves yet."));
    show(adding, e.may_edit && form());
  };

  const does = (text, s, what, said) => h("button", { type: "button", class: "quiet", "aria-label": `${text} schedule ${rule(s)}`, onclick: () => attempt(note, what, said, load) }, text);

  const table = (items, mayEdit) => h("div", { class: "scroll" }, h("table", {},
    h("thead", {}, h("tr", {}, ["when", "next", "leaves", "asked for by", ""].map((t) => h("th", { scope: "col" }, t)))),
    h("tbody", {}, items.map((s) => h("tr", {},
      h("th", { scope: "row" }, rule(s)),
      h("td", {}, s.disabled ? "switched off" : s.scheduled_timestamp ? h("time", { datetime: s.scheduled_timestamp, title: s.scheduled_timestamp }, `${clock(s.scheduled_timestamp)} (${ago(s.scheduled_timestamp)})`) : "–"),
      h("td", {}, [s.snapshot && `snapshot ${s.snapshot}`, s.report && `${s.report.kind} report`].filter(Boolean).join(", ") || "–"),
      h("td", {}, s.user || "–"),
      h("td", {}, mayEdit && [
        does("run now", s, () => post(path(name, "schedules", s.id, "run")), "Scan asked for"),
        does(s.disabled ? "switch on" : "switch off", s, () => call("PUT", path(name, "schedules", s.id), { body: options({ ...s, disabled: !s.disabled }) }), "Schedule changed"),
        does("remove", s, async () => confirm(`Make no more scans ${rule(s)}?`) && call("DELETE", path(name, "schedules", s.id)), "Schedule removed"),
      ]))))));

  const form = () => {
    const choice = h("select", { name: "offer", "aria-label": "When" }, offers.map((o, i) => h("option", { value: i }, o.text)));
    return h("form", {
      class: "line",
      onsubmit: (e) => {
        e.preventDefault();
        const { text, ...o } = offers[choice.value];
        attempt(note, () => post(path(name, "schedules"), { ...o, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone }), `Scans ${text}`, load);
      },
    }, "Scan ", choice, h("button", { class: "primary" }, "Add"), h("span", { class: "caption" }, "Other times: ", h("code", {}, "calipso schedule add --help")));
  };

  return {
    env: name,
    title: `Schedules of ${name}`,
    element: h("section", { class: "schedules" },
      h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: href([]) }, "Environments"), h("a", { href: toEnv(name) }, name)),
      h("h1", {}, "Schedules"), note, list, adding),
    ready: load,
    scan: (s) => {
      if (s.end_timestamp) load();
    },
  };
}

const rule = (s) => `${s.cron ? `at ${s.cron}` : (s.recurrence ?? "").toLowerCase()}${s.timezone ? ` (${s.timezone})` : ""}`;

// What may be given of a schedule, without what the server adds.
const fixed = new Set(["id", "environment", "user", "status", "submit_timestamp", "last_scan", "freq"]);
const options = (s) => Object.fromEntries(Object.entries(s).filter(([k]) => !fixed.has(k)));
