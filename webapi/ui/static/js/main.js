// The frame around all pages: who is signed in, which address shows what.

import { accountPage } from "./account.js";
import { get, signedOut } from "./api.js";
import { auditPage } from "./audit.js";
import { h, show } from "./dom.js";
import { Live } from "./live.js";
import { loginPage } from "./login.js";
import { current, go } from "./route.js";
import { searchBox, searchPage } from "./search.js";
import { environmentsPage } from "./environments.js";
import { environmentPage } from "./environment.js";
import { objectsPage } from "./objects.js";
import { objectPage } from "./object.js";
import { reportsPage } from "./reports.js";
import { schedulesPage } from "./schedules.js";
import { timesPage } from "./times.js";
import { topBar } from "./top.js";
import { loadTypes } from "./types.js";
import { usersPage } from "./users.js";

const main = document.getElementById("main");
const top = document.getElementById("top");

let session = null;
let live = null;
let leaving = null; // ends what the page before started

function page({ parts, query }) {
  const [kind, env, what, id] = parts;
  if (!kind) return environmentsPage();
  if (kind === "search") return searchPage(query.q ?? "");
  if (kind === "account") return accountPage(session);
  if (kind === "users") return usersPage(session);
  if (kind === "audit") return auditPage(query);
  if (kind === "env" && env && !what) return environmentPage(env, query.at);
  const ofEnvironment = { times: timesPage, schedules: schedulesPage, reports: reportsPage }[what];
  if (kind === "env" && ofEnvironment) return ofEnvironment(env);
  if (kind === "env" && what === "type" && id) return objectsPage(env, id, query);
  if (kind === "env" && what === "object" && id) return objectPage(env, id, query.at);
  return { title: "Nothing here", element: h("p", { class: "empty" }, "There is no such page. ", h("a", { href: "#/" }, "To all environments")) };
}

/** A page is {title, element, ready?, change?(event), scan?(event), leave?}. */
async function render() {
  if (!session) return;
  leaving?.abort();
  leaving = new AbortController();
  const mine = leaving;
  const shown = page(current());
  document.title = shown.title ? `${shown.title} – Calipso` : "Calipso";
  if (!shown.ready) show(main, shown.element);
  try {
    await shown.ready?.(mine.signal);
    if (mine.signal.aborted) return;
    document.title = shown.title ? `${shown.title} – Calipso` : "Calipso";
    show(main, shown.element);
  } catch (err) {
    if (mine.signal.aborted || err.name === "AbortError") return;
    if (err.status === 401) return;
    show(main, failure(err));
  }
  live.listen(mine.signal, shown);
}

function failure(err) {
  const missing = err.status === 404;
  const { parts, query } = current();
  return h("section", { class: "failure", role: "alert" },
    h("h1", {}, missing ? "Not found" : "That did not work"),
    h("p", {}, err.message),
    (err.errors ?? []).map((e) => h("p", {}, e.message)),
    query.at && h("p", {}, h("button", { type: "button", onclick: () => go(parts, { ...query, at: undefined }) }, "Back to now")),
    h("p", {}, h("a", { href: "#/" }, "To all environments")));
}

function signIn() {
  session = null;
  live?.close();
  top.hidden = true;
  show(main, loginPage(async () => {
    await start();
    main.focus();
  }));
}

async function start() {
  try {
    session = await get("/sessions");
  } catch (err) {
    if (err.status === 401) return signIn();
    show(main, failure(err));
    return;
  }
  await loadTypes();
  live = new Live();
  topBar(top, session, live, searchBox(), signIn);
  top.hidden = false;
  await render();
}

signedOut.addEventListener("out", signIn);
window.addEventListener("hashchange", async () => {
  await render();
  window.scrollTo(0, 0);
});
start();
