-- Neutron (Zed): tables as its migrations make them, rows of a cloud of four hosts,
-- the last one with Linux bridges.
CREATE TABLE ml2_vxlan_endpoints (ip_address varchar(64), udp_port int(11), host varchar(255));
INSERT INTO ml2_vxlan_endpoints (ip_address, udp_port, host) VALUES ('10.78.0.11', 4789, 'node-1');
INSERT INTO ml2_vxlan_endpoints (ip_address, udp_port, host) VALUES ('10.78.0.12', 4789, 'node-2');
INSERT INTO ml2_vxlan_endpoints (ip_address, udp_port, host) VALUES ('10.78.0.13', 4789, 'node-3');
CREATE TABLE ml2_gre_endpoints (ip_address varchar(64), host varchar(255));
CREATE TABLE ml2_geneve_endpoints (ip_address varchar(64), host varchar(255));
CREATE TABLE routerl3agentbindings (router_id varchar(36), l3_agent_id varchar(36), binding_index int(11));
INSERT INTO routerl3agentbindings (router_id, l3_agent_id, binding_index) VALUES ('112f6880-6932-4046-a616-d67dcb4c1ecc', '48fe18aa-4bab-4266-a06c-438e302db9d2', 1);
INSERT INTO routerl3agentbindings (router_id, l3_agent_id, binding_index) VALUES ('a8c63cba-4fd3-4ca1-b205-e035e38868a2', '48fe18aa-4bab-4266-a06c-438e302db9d2', 1);
CREATE TABLE networkdhcpagentbindings (network_id varchar(36), dhcp_agent_id varchar(36), binding_index int(11));
INSERT INTO networkdhcpagentbindings (network_id, dhcp_agent_id, binding_index) VALUES ('07744668-5979-464d-8a68-d46d23a6c2d4', '1148e8e3-86e5-440c-b248-45d4b27b95b5', 1);
INSERT INTO networkdhcpagentbindings (network_id, dhcp_agent_id, binding_index) VALUES ('23fe0a20-cdd3-4a85-9f28-1dbd04fb8d5e', '1148e8e3-86e5-440c-b248-45d4b27b95b5', 1);
INSERT INTO networkdhcpagentbindings (network_id, dhcp_agent_id, binding_index) VALUES ('32d38b78-fc6e-4be5-b2b6-7005e42a3ca1', '1148e8e3-86e5-440c-b248-45d4b27b95b5', 1);
INSERT INTO networkdhcpagentbindings (network_id, dhcp_agent_id, binding_index) VALUES ('3a1f2b8c-bc11-466c-91c0-d03821ca8a36', '1148e8e3-86e5-440c-b248-45d4b27b95b5', 1);
INSERT INTO networkdhcpagentbindings (network_id, dhcp_agent_id, binding_index) VALUES ('5684434c-4036-4b53-b805-6dc8bda3055f', '1148e8e3-86e5-440c-b248-45d4b27b95b5', 1);
-- Not recorded: a host with a second kind of tunnel, and one by its full name.
INSERT INTO ml2_geneve_endpoints (ip_address, host) VALUES ('10.78.0.13', 'node-3');
INSERT INTO ml2_gre_endpoints (ip_address, host) VALUES ('10.78.0.15', 'node-5.example.org');
