// What the hover card of an object shows, by type: the few attributes people
// look for first.

import { brief } from "../format.js";

const common = ["host", "status", "status_text"];
const byType = {
  instance: ["local_name", "project_name", "flavor", "vm_state", "ip_address", "mac_address", "image"],
  vnic: ["mac_address", "vnic_type", "addresses", "IP Address", "cidr", "source_bridge", "mtu", "network"],
  vservice: ["service_type", "local_service_id", "network"],
  vconnector: ["connector_type", "bridge_name", "interfaces_names", "stp_enabled", "vedge_type"],
  vedge: ["agent_type", "vedge_type", "binary", "started_at", "heartbeat_timestamp", "pnic"],
  otep: ["ip_address", "overlay_type", "udp_port", "vconnector"],
  host_pnic: ["mac_address", "Speed", "Link detected", "state", "IP Address", "EtherChannel", "members", "mtu"],
  network: ["provider:network_type", "provider:segmentation_id", "provider:physical_network", "mtu", "cidrs", "project", "shared", "router:external"],
  switch_pnic: ["role", "mac_address", "connected_to", "switch"],
  switch: ["ip_address"],
};

export function hoverFields(o) {
  return [...(byType[o.type] ?? []), ...common]
    .map((k) => [k.replace(/^provider:/, "").replace(/_/g, " "), o[k] === undefined || o[k] === null ? "" : brief(o[k])])
    .filter(([, v]) => v !== "");
}
