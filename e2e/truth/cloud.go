package truth

import "context"

// Cloud is what the APIs say, reduced to what identifies and connects things.
type Cloud struct {
	Regions     []string     `json:"regions"`
	Projects    []Project    `json:"projects"`
	Zones       []Zone       `json:"availabilityZoneInfo"`
	Aggregates  []Aggregate  `json:"aggregates"`
	Services    []Service    `json:"services"`
	Agents      []Agent      `json:"agents"`
	Networks    []Network    `json:"networks"`
	Subnets     []Subnet     `json:"subnets"`
	Ports       []Port       `json:"ports"`
	Routers     []Router     `json:"routers"`
	Servers     []Server     `json:"servers"`
	FloatingIPs []FloatingIP `json:"floatingips"`
}

// Project is a Keystone project.
type Project struct {
	ID, Name string
	Enabled  bool
}

// Zone is an availability zone of Nova.
type Zone struct {
	Name string `json:"zoneName"`
}

// Aggregate is a host aggregate.
type Aggregate struct {
	ID    int64
	Name  string
	Hosts []string
}

// Service is a daemon of Nova.
type Service struct{ Binary, Host string }

// Agent is a daemon of Neutron with what it reports of its set-up.
type Agent struct {
	ID, Binary, Host string
	Configurations   struct {
		BridgeMappings    map[string]string `json:"bridge_mappings"`
		InterfaceMappings map[string]string `json:"interface_mappings"`
		TunnelTypes       []string          `json:"tunnel_types"`
		TunnelingIP       string            `json:"tunneling_ip"`
	}
}

// Network is a network of Neutron.
type Network struct {
	ID, Name string
	Project  string `json:"project_id"`
	Type     string `json:"provider:network_type"`
	Physical string `json:"provider:physical_network"`
}

// Subnet is a subnet of Neutron.
type Subnet struct {
	ID, CIDR string
	Network  string `json:"network_id"`
}

// Port is a port of Neutron.
type Port struct {
	ID      string
	MAC     string `json:"mac_address"`
	Network string `json:"network_id"`
	Host    string `json:"binding:host_id"`
	Device  string `json:"device_id"`
	Owner   string `json:"device_owner"`
	Fixed   []struct {
		Address string `json:"ip_address"`
	} `json:"fixed_ips"`
}

// Router is a router of Neutron.
type Router struct{ ID, Name string }

// Server is an instance of Nova; Host is empty if it runs nowhere.
type Server struct {
	ID, Name string
	Host     string `json:"OS-EXT-SRV-ATTR:host"`
}

// FloatingIP is a floating address and the router that translates it.
type FloatingIP struct {
	Address string `json:"floating_ip_address"`
	Router  string `json:"router_id"`
}

// readCloud asks each list once.
func readCloud(ctx context.Context, l *Lab) (*Cloud, error) {
	r, err := login(ctx, l)
	if err != nil {
		return nil, err
	}
	c := &Cloud{Regions: r.regions}
	for _, list := range []struct {
		service, path, field string
		into                 any
	}{
		{"identity", "/projects", "projects", &c.Projects},
		{"compute", "/os-availability-zone/detail", "availabilityZoneInfo", &c.Zones},
		{"compute", "/os-aggregates", "aggregates", &c.Aggregates},
		{"compute", "/os-services", "services", &c.Services},
		{"compute", "/servers/detail?all_tenants=1&limit=1000", "servers", &c.Servers},
		{"network", "/v2.0/agents", "agents", &c.Agents},
		{"network", "/v2.0/networks", "networks", &c.Networks},
		{"network", "/v2.0/subnets", "subnets", &c.Subnets},
		{"network", "/v2.0/ports", "ports", &c.Ports},
		{"network", "/v2.0/routers", "routers", &c.Routers},
		{"network", "/v2.0/floatingips", "floatingips", &c.FloatingIPs},
	} {
		if err := r.get(ctx, list.service, list.path, list.field, list.into); err != nil {
			return nil, err
		}
	}
	return c, nil
}
