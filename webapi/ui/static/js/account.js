// One's own account: password, sessions and tokens.

import { call, get, post } from "./api.js";
import { attempt } from "./attempt.js";
import { h, show } from "./dom.js";
import { ago, clock } from "./format.js";
import { href } from "./route.js";

const lives = [["1 day", 24], ["30 days", 720], ["90 days", 2160], ["1 year", 8760]];

export function accountPage(session) {
  const note = h("p", { class: "note", role: "alert" });
  const list = h("div", {});
  const fresh = h("p", {});

  const load = async (signal) => {
    const { items } = await get("/tokens", { limit: 1000 }, signal);
    show(list, table(items));
  };

  const when = (t) => t ? h("time", { datetime: t, title: t }, `${clock(t)} (${ago(t)})`) : "never";

  const limits = (s) => s ? [s.read_only && "reading", s.rights?.join(" "), s.environments && `in ${s.environments.join(" ")}`].filter(Boolean).join(", ") : "";

  const table = (items) => h("div", { class: "scroll" }, h("table", {},
    h("thead", {}, h("tr", {}, ["kind", "name", "limited to", "made", "last used", "ends", "from", ""].map((t) => h("th", { scope: "col" }, t)))),
    h("tbody", {}, items.map((t) => h("tr", {},
      h("td", {}, t.kind),
      h("th", { scope: "row" }, t.name || (t.current ? "this session" : "session")),
      h("td", {}, limits(t.scope)),
      h("td", {}, when(t.issued_at)),
      h("td", {}, when(t.last_used_at)),
      h("td", {}, when(t.expires_at)),
      h("td", {}, t.from || "–"),
      h("td", {}, !t.current && h("button", {
        type: "button", class: "quiet", "aria-label": `End ${t.kind} ${t.name || t.id}`,
        onclick: () => attempt(note, () => call("DELETE", `/tokens/${encodeURIComponent(t.id)}`), "Ended", load),
      }, "end")))))));

  const tokenForm = () => {
    const name = h("input", { name: "name", required: true, maxlength: 100, placeholder: "what it is for", "aria-label": "What the token is for" });
    const life = h("select", { name: "life", "aria-label": "How long it is good for" }, lives.map(([text, hours]) => h("option", { value: hours }, text)));
    const reading = h("input", { type: "checkbox", name: "reading" });
    return h("form", {
      class: "line",
      onsubmit: (e) => {
        e.preventDefault();
        attempt(note, async () => {
          const made = await post("/tokens", { name: name.value, hours: Number(life.value), scope: reading.checked ? { read_only: true } : undefined });
          show(fresh, "The token, shown this once: ", h("code", {}, made.token));
          name.value = "";
        }, "Token made", load);
      },
    }, "Token for ", name, " good for ", life, h("label", {}, reading, " reading only"), h("button", { class: "primary" }, "Make"));
  };

  const passwordForm = () => {
    const field = (label, autocomplete) => h("input", { type: "password", required: true, placeholder: label, "aria-label": label, autocomplete });
    const old = field("password until now", "current-password"), one = field("new password", "new-password"), two = field("again", "new-password");
    return h("form", {
      class: "line",
      onsubmit: (e) => {
        e.preventDefault();
        attempt(note, async () => {
          if (one.value !== two.value) throw new Error("the two new passwords differ; nothing was changed");
          await call("PUT", "/password", { body: { old_password: old.value, password: one.value } });
          for (const f of [old, one, two]) f.value = "";
        }, "Password changed; other sessions and tokens have ended", load);
      },
    }, old, one, two, h("button", { class: "primary" }, "Change password"));
  };

  return {
    title: "Your account",
    element: h("section", { class: "account" },
      h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: href([]) }, "Environments")),
      h("h1", {}, session.display_name || session.username), note,
      h("h2", {}, "Sessions and tokens"), list, tokenForm(), fresh,
      session.may_change_password && [h("h2", {}, "Password"), passwordForm()]),
    ready: load,
  };
}
