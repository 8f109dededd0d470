// The web UI in a real browser, against a real server with a drawn cloud.
// CALIPSO_UI_SERVER names a built server (go build ./webapi/ui/test/server);
// without it, go runs it. CHROMIUM names the browser.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const skip = existsSync(browserPath) ? false : `no browser at ${browserPath}: apt-get install chromium`;
const vm = "00018f2a-0b53-4d8c-9a77-3f1c2e4b5d60";
let server, base, browser, page;
const complaints = [];

before(async () => {
  if (skip) return;
  const built = process.env.CALIPSO_UI_SERVER;
  const args = ["-listen", "127.0.0.1:0", "-hosts", "8", "-instances", "11"];
  server = built ? spawn(built, args) : spawn("go", ["run", "-tags", "nomsgpack", "./webapi/ui/test/server", ...args], { cwd: root, detached: true });
  base = await new Promise((resolve, reject) => {
    let text = "";
    server.stdout.on("data", (d) => {
      text += d;
      const m = text.match(/listening on (\S+)/);
      if (m) resolve(m[1]);
    });
    server.on("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  browser = await chromium.launch({
    executablePath: browserPath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.on("console", (m) => m.type() === "error" && complaints.push(m.text()));
  page.on("pageerror", (e) => complaints.push(e.message));
  page.on("request", (r) => r.url().startsWith(base) || complaints.push(`asked ${r.url()}`));
});

after(async () => {
  await browser?.close();
  if (server && server.exitCode === null) {
    const ended = new Promise((resolve) => server.on("exit", resolve));
    process.env.CALIPSO_UI_SERVER ? server.kill("SIGTERM") : process.kill(-server.pid, "SIGTERM");
    await ended;
  }
});

const open = async (hash) => {
  await page.goto(base + "/" + hash);
};

test("a wrong password is refused, the right one lets in", { skip }, async () => {
  await page.goto(base);
  await page.fill("#username", "admin");
  await page.fill("#password", "wrong password");
  await page.click("button[type=submit]");
  await page.waitForSelector(".note:has-text('Wrong user name')");
  await page.fill("#password", "correct horse battery");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".env-card");
  assert.equal(await page.locator(".env-card").count(), 2);
  complaints.length = 0; // the browser logs the two 401 that were wanted
});

test("search as you type, by keyboard", { skip }, async () => {
  await page.keyboard.press("/");
  await page.keyboard.type("web-1-2");
  await page.waitForSelector("#hits [role=option]");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.getAttribute("input[role=combobox]", "aria-activedescendant"), "hit-0");
  await page.keyboard.press("Enter");
  await page.waitForSelector("h1:has-text('web-1-2')");
});

test("a clique: layers from left to right, keyboard, hover, centring", { skip }, async () => {
  await open(`#/env/lab/object/${vm}`);
  await page.waitForSelector("svg.clique .node.focal");
  assert.equal(await page.locator(".node").count(), 10);
  const x = async (sel) => (await page.locator(sel).first().boundingBox()).x;
  assert.ok((await x(".node.t-instance")) < (await x(".node.t-vedge")));
  assert.ok((await x(".node.t-vedge")) < (await x(".node.t-network")));
  assert.match(await page.getAttribute(".node.focal", "aria-label"), /^Instance web-1-2, on node-1, 2 links, in the centre$/);

  await page.focus(".node.focal");
  await page.keyboard.press("ArrowRight");
  assert.match(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), /^vNIC /);
  await page.waitForSelector(".card:not([hidden]) >> text=fa:16:3e");

  await page.hover(".node.t-vedge");
  await page.waitForSelector(".card:not([hidden]) >> text=Open vSwitch agent");
  await page.click(".node.t-network");
  await page.waitForSelector(".title-row .badge:has-text('Network')");
});

test("300 objects are drawn in no time and fit the frame", { skip }, async () => {
  await open("#/env/lab/object/net-00000-58aa");
  await page.waitForSelector("h1:has-text('front')");
  await page.waitForSelector("svg.dense .node.focal");
  const n = await page.locator(".node").count();
  assert.ok(n > 250, `${n} nodes`);
  const frame = await page.locator(".frame").boundingBox();
  for (const box of await page.$$eval(".node", (list) => list.map((e) => e.getBoundingClientRect().toJSON()))) {
    assert.ok(box.left >= frame.x && box.right <= frame.x + frame.width && box.top >= frame.y && box.bottom <= frame.y + frame.height);
  }
});

test("markup in attributes is text", { skip }, async () => {
  await open("#/env/lab/object/node-1-eth0-52%3A54%3A00%3A00%3A00%3A00");
  await page.waitForSelector("h1:has-text('eth0')");
  assert.equal(await page.locator("main script").count(), 0);
  assert.match(await page.textContent(".attributes pre"), /<script>alert/);
});

test("a scan is asked for and shown", { skip }, async () => {
  await open("#/env/lab");
  await page.click("button:has-text('Scan now')");
  await page.waitForSelector(".scans .s-pending");
});

test("the past has an address", { skip }, async () => {
  for (const [at, shown] of [["2100-01-01T00:00:00Z", ".timebar.past"], ["2001-01-01T00:00:00Z", ".failure:has-text('nothing is known of')"]]) {
    await open(`#/env/lab?at=${at}`);
    await page.waitForSelector(shown);
    await page.click("text=Back to now");
    await page.waitForSelector(".timebar:not(.past)");
  }
});

test("a snapshot to go back to, and the history of an object", { skip }, async () => {
  await page.evaluate(async () => {
    const body = JSON.stringify({ name: "before the move" });
    const r = await fetch("/api/v1/environments/lab/snapshots", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    if (r.status !== 201) throw new Error(await r.text());
  });
  await open(`#/env/lab/object/${vm}`);
  await page.waitForSelector(".history .op-added:has-text('appeared')");
  assert.match(await page.textContent(".history"), /by import drawn/);
  assert.match(await page.textContent(".history"), /link gained: instance-vnic to/);
  await page.selectOption(".timebar select", { label: "before the move (incomplete)" });
  await page.waitForSelector(".timebar.past");
  assert.match(decodeURIComponent(page.url()), /at=20\d\d-/);
  await open(`#/env/lab/object/${vm}?at=before%20the%20move`);
  await page.waitForSelector(".timebar.past:has-text('in snapshot before the move')");
  await page.waitForSelector(".timebar option:checked:has-text('before the move')", { state: "attached" });
  await open(`#/env/lab?at=nonsense`);
  await page.waitForSelector(".failure:has-text('nor a snapshot of')");
  await page.click("text=Back to now");
});

test("the page of what is gone tells what became of it", { skip }, async () => {
  await open("#/env/lab/object/node-old");
  await page.waitForSelector("h1:has-text('old node')");
  await page.waitForSelector(".history .op-removed:has-text('gone')");
  await open("#/env/lab/object/never-was");
  await page.waitForSelector(".failure:has-text('never was')");
});

test("times: name the present, compare it with now, forget the name", { skip }, async () => {
  await open("#/env/lab");
  await page.click("text=snapshots and differences");
  await page.fill("input[name=name]", "now");
  await page.click("button:has-text('Keep')");
  await page.waitForSelector(".note:has-text('is a time')");
  await page.fill("input[name=name]", "as of today");
  await page.fill("input[name=comment]", "<b>first</b>");
  await page.click("button:has-text('Keep')");
  await page.waitForSelector("tr:has-text('as of today') >> text=<b>first</b>");

  await page.selectOption("select[name=from]", "as of today");
  const opened = page.waitForEvent("popup");
  await page.click("button:has-text('Show what differs')");
  const report = await opened;
  await report.waitForSelector("h1");
  assert.match(await report.textContent("body"), /lab/);
  await report.close();

  page.once("dialog", (d) => d.accept());
  await page.click("button[aria-label='Forget the name as of today']");
  await page.waitForSelector("tr:has-text('as of today')", { state: "detached" });
});

test("a report is kept, opened and forgotten", { skip }, async () => {
  await open("#/env/lab/reports");
  await page.selectOption("select[name=kind]", "health");
  await page.fill("input[name=title]", "How <i>we</i> stand");
  await page.click("button:has-text('Keep')");
  const opened = page.waitForEvent("popup");
  await page.click("th a:has-text('How <i>we</i> stand')");
  const report = await opened;
  await report.waitForSelector("h1");
  assert.match(await report.textContent("body"), /web-1-2/);
  await report.close();
  page.once("dialog", (d) => d.accept());
  await page.click("button[aria-label='Forget the report How <i>we</i> stand']");
  await page.waitForSelector("tr:has-text('How <i>we</i> stand')", { state: "detached" });
});

test("a schedule is added, switched off and removed", { skip }, async () => {
  await open("#/env/lab/schedules");
  await page.click("button:has-text('Add')");
  await page.waitForSelector("tr:has-text('0 0 * * 0') >> text=weekly report");
  await page.click("button:has-text('switch off')");
  await page.waitForSelector("tr:has-text('0 0 * * 0') >> text=switched off");
  page.once("dialog", (d) => d.accept());
  await page.click("button:has-text('remove')");
  await page.waitForSelector("text=No scans make themselves yet");
});

test("an account is added, changed and removed, and the log tells of it", { skip }, async () => {
  await open("#/users");
  await page.fill("input[name=username]", "olga");
  await page.fill("input[aria-label=Password]", "a good long password");
  await page.click("button:has-text('Add')");
  await page.waitForSelector("tr:has-text('olga') >> text=view-env");
  await page.selectOption("select[aria-label='Role of olga']", "editor");
  await page.waitForSelector("tr:has-text('olga') >> text=edit-env");
  await page.click("button[aria-label='Disable olga']");
  await page.waitForSelector("tr:has-text('olga') >> text=disabled");
  page.once("dialog", (d) => d.accept());
  await page.click("button[aria-label='Remove olga']");
  await page.waitForSelector("tr:has-text('olga')", { state: "detached" });
  await page.click("text=Audit log");
  await page.click("summary:has-text('changed users olga') >> nth=0");
  await page.waitForSelector("li:has-text('disabled: nothing → true')");
  assert.equal(await page.locator("text=a good long password").count(), 0);
});

test("a token of one's own is made and ended", { skip }, async () => {
  await open("#/account");
  await page.fill("input[name=name]", "nightly");
  await page.check("input[name=reading]");
  await page.click("button:has-text('Make')");
  await page.waitForSelector("text=shown this once: cal_");
  await page.waitForSelector("tr:has-text('nightly') >> text=reading");
  await page.click("button[aria-label='End token nightly']");
  await page.waitForSelector("tr:has-text('nightly')", { state: "detached" });
});

test("printed, the picture stands alone on the page", { skip }, async () => {
  await open(`#/env/lab/object/${vm}`);
  await page.waitForSelector("svg.clique .node.focal");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.isVisible("#top"), false);
  assert.equal(await page.isVisible(".tools"), false);
  await page.waitForSelector("svg.clique[viewBox]");
  await page.emulateMedia({ media: "screen" });
  await page.waitForSelector("svg.clique:not([viewBox])");
});

test("the readable page of the API", { skip }, async () => {
  await page.goto(base + "/docs");
  assert.match(await page.textContent("h1"), /HTTP API/);
  assert.ok(await page.evaluate(() => getComputedStyle(document.body).display === "grid"), "its style sheet is there");
});

test("signed out, nothing is left to see", { skip }, async () => {
  await open("#/");
  await page.click("text=Sign out");
  await page.waitForSelector("form.login");
  assert.equal(await page.isVisible("#top"), false);
});

test("nothing was blocked, failed or asked of others", { skip }, () => {
  assert.deepEqual(complaints.filter((c) => !/ (401|404|422) /.test(c)), []);
});
