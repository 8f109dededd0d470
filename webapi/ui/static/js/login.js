import { post } from "./api.js";
import { h, show } from "./dom.js";
import { current } from "./route.js";

/** What the server's words for a sign-in by another server that failed mean. */
const failures = {
  again: "That sign-in took too long, or was not begun in this browser. Please try again.",
  denied: "The sign-in was refused or given up there.",
  refused: "You are known there, but may not use this server: an account of your name is kept here already, or was disabled.",
  away: "The server that knows you does not answer. Please try again later.",
  failed: "Signing in there did not work. The log of this server says why.",
};

/** The way to another server that knows people, if there is one. */
function elsewhere() {
  const label = document.querySelector('meta[name="calipso-sign-in"]')?.content;
  return label && [h("p", { class: "or" }, "or"), h("a", { class: "button", href: "/api/v1/sessions/oidc" }, label)];
}

/** The form to sign in; done is called when that has worked. */
export function loginPage(done) {
  const note = h("p", { class: "note", role: "alert" }, failures[current().query["sign-in"]]);
  const name = h("input", { id: "username", name: "username", autocomplete: "username", required: true, autocapitalize: "none", spellcheck: "false" });
  const password = h("input", { id: "password", name: "password", type: "password", autocomplete: "current-password", required: true });
  const button = h("button", { class: "primary", type: "submit" }, "Sign in");
  const form = h("form", {
    class: "login",
    onsubmit: async (e) => {
      e.preventDefault();
      button.disabled = true;
      show(note);
      try {
        await post("/sessions", { username: name.value, password: password.value });
        if (current().query["sign-in"]) history.replaceState(null, "", "#/");
        done();
      } catch (err) {
        show(note, err.status === 401 ? "Wrong user name or password." : err.message);
        password.select();
      } finally {
        button.disabled = false;
      }
    },
  },
    h("img", { src: "/assets/icon.svg", alt: "", width: 56, height: 56 }),
    h("h1", {}, "Calipso"),
    h("p", { class: "lead" }, "See how your cloud is wired, from the virtual machine to the switch."),
    h("label", { for: "username" }, "User name"), name,
    h("label", { for: "password" }, "Password"), password,
    note, button, elsewhere());
  queueMicrotask(() => name.focus());
  return h("div", { class: "login-page" }, form);
}
