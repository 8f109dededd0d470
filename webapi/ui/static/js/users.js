// Accounts, for who manages users.

import { call, get, post } from "./api.js";
import { attempt } from "./attempt.js";
import { h, show } from "./dom.js";
import { href } from "./route.js";

export function usersPage(session) {
  const note = h("p", { class: "note", role: "alert" });
  const list = h("div", {});
  const adding = h("div", {});

  const load = async (signal) => {
    const [users, roles] = await Promise.all([get("/users", { limit: 1000 }, signal), get("/roles", { limit: 1000 }, signal)]);
    const names = roles.items.map((r) => r.name);
    show(list, table(users.items, names));
    show(adding, form(names));
  };

  const change = (u, body, said) => attempt(note, () => call("PATCH", `/users/${encodeURIComponent(u.username)}`, { body }), said, load);

  // What stands in the list of roles for a user: the role that is all he has.
  const roleOf = (u) => u.roles.length === 1 && !u.single_rights.length ? u.roles[0] : u.role;

  const roleChoice = (u, names) => {
    const now = roleOf(u);
    const choice = h("select", { "aria-label": `Role of ${u.username}`, onchange: () => change(u, { role: choice.value }, "Role changed") }, names.map((n) => h("option", { value: n }, n)));
    choice.value = now;
    return choice;
  };

  const table = (items, names) => h("div", { class: "scroll" }, h("table", {},
    h("thead", {}, h("tr", {}, ["user", "name", "e-mail", "role", "rights", "password kept by", ""].map((t) => h("th", { scope: "col" }, t)))),
    h("tbody", {}, items.map((u) => h("tr", {},
      h("th", { scope: "row" }, u.username, u.disabled && h("span", { class: "badge s-failed" }, "disabled")),
      h("td", {}, u.display_name),
      h("td", {}, u.emails.join(", ")),
      h("td", {}, roleChoice(u, names)),
      h("td", {}, u.rights.join(", ") || "–"),
      h("td", {}, u.directory || "this server"),
      h("td", {}, u.username !== session.username && [
        h("button", { type: "button", class: "quiet", "aria-label": `${u.disabled ? "Enable" : "Disable"} ${u.username}`, onclick: () => change(u, { disabled: !u.disabled }, u.disabled ? "Enabled" : "Disabled") }, u.disabled ? "enable" : "disable"),
        h("button", {
          type: "button", class: "quiet", "aria-label": `Remove ${u.username}`,
          onclick: () => attempt(note, async () => confirm(`Remove ${u.username} with all sessions, tokens and grants?`) && call("DELETE", `/users/${encodeURIComponent(u.username)}`), "Removed", load),
        }, "remove"),
      ]))))));

  const form = (names) => {
    const name = h("input", { name: "username", required: true, maxlength: 64, placeholder: "user name", "aria-label": "User name", autocomplete: "off" });
    const password = h("input", { type: "password", required: true, placeholder: "password", "aria-label": "Password", autocomplete: "new-password" });
    const role = h("select", { "aria-label": "Role" }, names.map((n) => h("option", { value: n }, n)));
    role.value = "viewer";
    return h("form", {
      class: "line",
      onsubmit: (e) => {
        e.preventDefault();
        attempt(note, () => post("/users", { username: name.value, password: password.value, role: role.value }), "Account added", load);
      },
    }, name, password, role, h("button", { class: "primary" }, "Add"), h("span", { class: "caption" }, "Roles, single rights and environments: ", h("code", {}, "calipso user --help")));
  };

  return {
    title: "Users",
    element: h("section", { class: "users" },
      h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: href([]) }, "Environments"), h("a", { href: href(["audit"]) }, "Audit log")),
      h("h1", {}, "Users"), note, list, adding),
    ready: load,
  };
}
