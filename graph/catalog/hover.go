package catalog

import (
	"strings"

	"calipso/graph"
)

// HoverAttributes is the collection of documents that say which attributes a
// page shows of an object under the pointer.
const HoverAttributes graph.Collection = "attributes_for_hover_on_data"

// hoverLists are attributes by object type, in the order they are shown; an
// underscore in a name is part of it, a tilde stands for a space. ALL goes with
// every type, link with links.
var hoverLists = []struct{ kind, attributes string }{
	{"ALL", "type name name_path id last_scanned tooltip"},
	{"switch", "ip_address aci_document"},
	{"vnic", "host model mac_address vnic_type vedge_type vedge_port network port addresses source target alias instance_id" + state},
	{"container", "ip_address host container_id config container_type vnic_index container_status sandbox volume_mounts nat_tables kube_proxy_config " +
		"vservices ports pod namespace" + state},
	{"namespace", "pods creation_timestamp status root_cause"},
	{"pod", "host namespace vservices pod_status owner_references containers scheduler_name labels dns_policy status root_cause"},
	{"vconnector", "host vedge_type vedge_port connector_type interfaces stp_enabled last_scanned" + state},
	{"vservice", "host service_type pods session_affinity external_traffic_policy selector namespace local_service_id tenant_id network gw_port_id kube-proxy " +
		"status_text status status_timestamp root_cause cluster_ip ports labels swagger_types"},
	{"vedge", "host agent_type binary started_at configurations routing_table vconnector ports topic resource_versions heartbeat_timestamp" + state +
		" qos_class labels bgp_as dns_policy namespace"},
	{"host_pnic", "host mac_address state data members team_device EtherChannel~Config EtherChannel~Runtime Supported~link~modes Supported~FEC~modes Transceiver" + state},
	{"network", "project subnets network cidrs mtu created_at availability_zones router:external ipv6_address_scope provider:network_type " +
		"port_security_enabled provider:physical_network revision_number provider:segmentation_id status shared scope IPAM local_name driver Containers Options"},
	{"host", "OS cvim_details parent_id host_type ip_address services config labels addresses taints annotations images capacity unschedulable conditions " +
		"node_info flavor_resources ceph_cluster_status ceph_quorum ceph_utilizations" + state},
	{"instance", "vm_state created_at project_name user_id key_name availability_zone host flavor host_ip_address project addresses ovs_vnic_count " +
		"sriov_vnic_count vpp_vnic_count image disks diskConfig metadata vcpu security_groups local_name network" + state},
	{"otep", "host overlay_type overlay_state overlay_data ip_address vconnector ports overlay_mac_address config tunnel_address udp_port status status_text root_cause"},
	{"switch_pnic", "aci_document parent_id role"},
	{"monitoring_agent", "configuration host"},
	{"link", "type link_type source_id target_id link_weight state link_name host" + state},
	{"project", "quota_set domain_id parent_domain_id is_domain"},
	{"region", "endpoints"},
	{"network_agent", "configurations host"},
	{"port", "project created_at binding:vif_details binding:vif_type binding:vnic_type binding:host_id allowed_address_pairs extra_dhcp_opts device_owner " +
		"fixed_ips security_groups"},
	{"availability_zone", "hosts available"},
	{"disk", "host device state size serial vendor scsi_address revision wwn_address model"},
	{"partition", "host device master_disk size label mount_point osd_partition_type"},
	{"osd", "host metadata"},
	{"pod_ref", ""},
	{"aggregate", ""},
}

const state = " status status_timestamp status_text root_cause"

func hoverDocuments() []*graph.Document {
	var out []*graph.Document
	for _, h := range hoverLists {
		list := strings.Fields(h.attributes)
		for i, a := range list {
			list[i] = strings.ReplaceAll(a, "~", " ")
		}
		b := graph.Attrs{"type": h.kind, "attributes": anys(list), "shipped": true}
		if t, ok := VertexTypeOf(graph.VertexType(h.kind)); ok {
			b["tooltip"] = t.Description
		} else if h.kind == "link" {
			b["tooltip"] = "Connection between two objects, stored in one direction"
		}
		out = append(out, shippedDocument(HoverAttributes, h.kind, b))
	}
	return out
}
