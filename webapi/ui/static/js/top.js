import { call } from "./api.js";
import { h, show } from "./dom.js";

const themes = ["auto", "light", "dark"];

function theme(next) {
  if (next === "auto") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", next);
}

const kept = () => {
  const t = localStorage.getItem("theme");
  return themes.includes(t) ? t : "auto";
};

theme(kept());

/** Fills the bar at the top. */
export function topBar(bar, session, live, search, signIn) {
  const look = h("button", {
    type: "button", class: "quiet",
    onclick: () => {
      const next = themes[(themes.indexOf(kept()) + 1) % themes.length];
      localStorage.setItem("theme", next);
      theme(next);
      label();
    },
  });
  const label = () => {
    const t = kept();
    show(look, { auto: "◐", light: "☀", dark: "☾" }[t]);
    look.title = look.ariaLabel = `Colours: ${t}`;
  };
  label();
  const light = h("span", { class: "live", role: "img" });
  live.state((on) => {
    light.classList.toggle("on", on);
    light.title = light.ariaLabel = on ? "Live: changes show by themselves" : "Not connected: reload to see changes";
  });
  show(bar,
    h("a", { class: "brand", href: "#/", "aria-label": "Calipso, all environments" },
      h("img", { src: "/assets/icon.svg", alt: "", width: 26, height: 26 }), h("span", {}, "Calipso")),
    search, light, look,
    h("a", { class: "quiet", href: "/docs", title: "The HTTP API" }, "API"),
    session.rights.includes("manage-users") && h("a", { class: "quiet", href: "#/users", title: "Accounts, and who did what" }, "Users"),
    h("a", { class: "user", href: "#/account", title: `Role: ${session.role}. Password, sessions and tokens` }, session.username),
    h("button", {
      type: "button", class: "quiet",
      onclick: async () => {
        await call("DELETE", "/sessions").catch(() => {}); // gone is gone
        if (session.sign_out_url) location.assign(session.sign_out_url);
        else signIn();
      },
    }, "Sign out"));
}
