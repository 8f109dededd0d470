// The placing of a clique's picture: nothing overlaps, the order of the input
// does not matter.
import assert from "node:assert/strict";
import { test } from "node:test";
import { layout } from "../static/js/clique/layout.js";

const layers = { instance: 1, vnic: 2, vconnector: 3, vedge: 4, otep: 5, host_pnic: 6, network: 9 };

function cloud(hosts, instances) {
  const nodes = [], links = [];
  const add = (id, type, host = "") => nodes.push({ id, type, name: id, says: type, layer: layers[type], host });
  const link = (source, target) => links.push({ key: `${source} ${target}`, source, target, label: "fa:16:3e:00:00:00" });
  add("net", "network");
  for (let h = 0; h < hosts; h++) {
    const on = `node-${h}`;
    for (const t of ["vedge", "otep", "host_pnic"]) add(`${on}-${t}`, t, on);
    link(`${on}-vedge`, `${on}-otep`);
    link(`${on}-otep`, `${on}-host_pnic`);
    link(`${on}-host_pnic`, "net");
    for (let i = 0; i < instances; i++) {
      for (const t of ["instance", "vnic", "vconnector"]) add(`${on}-${t}-${i}`, t, on);
      link(`${on}-instance-${i}`, `${on}-vnic-${i}`);
      link(`${on}-vnic-${i}`, `${on}-vconnector-${i}`);
      link(`${on}-vconnector-${i}`, `${on}-vedge`);
      if (i % 3 === 0) link(`${on}-vnic-${i}`, `${on}-vedge`); // passes by the bridges
    }
  }
  return { nodes, links };
}

const apart = (a, b) => a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;

for (const [hosts, instances] of [[1, 1], [1, 12], [3, 5], [8, 11], [2, 60]]) {
  test(`${hosts} hosts with ${instances} instances each`, () => {
    const { nodes, links } = cloud(hosts, instances);
    const plan = layout(nodes, links, "net");
    assert.equal(plan.nodes.length, nodes.length);
    assert.equal(plan.links.length, links.length);
    for (let i = 0; i < plan.nodes.length; i++) {
      const a = plan.nodes[i];
      assert.ok(a.x >= 0 && a.x + a.w <= plan.width + 0.5 && a.y >= 0 && a.y + a.h <= plan.height + 0.5, `${a.id} is outside`);
      for (let j = i + 1; j < plan.nodes.length; j++) assert.ok(apart(a, plan.nodes[j]), `${a.id} and ${plan.nodes[j].id} overlap`);
    }
    for (let i = 0; i < plan.bands.length; i++) {
      for (let j = i + 1; j < plan.bands.length; j++) assert.ok(apart(plan.bands[i], plan.bands[j]), "bands overlap");
    }
    const shuffled = layout([...nodes].reverse(), [...links].reverse(), "net");
    const byId = (p) => new Map(p.nodes.map((n) => [n.id, n]));
    assert.deepEqual([...byId(shuffled)].sort(), [...byId(plan)].sort());
    for (const l of plan.links) assert.match(l.path, /^M[-\d. CH]+$/);
  });
}

test("many hosts stand on both sides of their network", () => {
  const { nodes, links } = cloud(8, 11);
  const plan = layout(nodes, links, "net");
  assert.ok(plan.height < plan.width, `${plan.width} by ${plan.height}`);
  const net = plan.nodes.find((n) => n.id === "net");
  assert.ok(Math.abs(net.x + net.w / 2 - plan.width / 2) < 1);
});

test("one host reads from left to right", () => {
  const { nodes, links } = cloud(1, 2);
  const at = new Map(layout(nodes, links, "net").nodes.map((n) => [n.id, n]));
  const x = ["node-0-instance-0", "node-0-vnic-0", "node-0-vconnector-0", "node-0-vedge", "node-0-otep", "node-0-host_pnic", "net"].map((id) => at.get(id).x);
  assert.deepEqual(x, [...x].sort((a, b) => a - b));
  assert.equal(at.get("node-0-vedge").y, at.get("node-0-otep").y);
});

test("ends that are not there, and links to itself, are left out", () => {
  const plan = layout([{ id: "a", type: "vnic", name: "a", layer: 2, host: "" }],
    [{ key: "1", source: "a", target: "gone" }, { key: "2", source: "a", target: "a" }], "a");
  assert.equal(plan.links.length, 0);
});
