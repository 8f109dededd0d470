import { post } from "./api.js";
import { h, show } from "./dom.js";

/** The form to sign in; done is called when that has worked. */
export function loginPage(done) {
  const note = h("p", { class: "note", role: "alert" });
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
    note, button);
  queueMicrotask(() => name.focus());
  return h("div", { class: "login-page" }, form);
}
