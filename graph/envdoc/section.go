package envdoc

import "slices"

// section is a kind of entry of "configuration".
type section struct {
	name string
	// needs lists groups of fields: of each group one must have a value.
	needs [][]string
	// also are fields that it may have.
	also []string
	// env is the environment type that finds nothing without it; empty: none.
	env string
}

// sections are those of the documented schema, with what sources read beside
// that. They demand less than old clients had to give: the rest has defaults.
var sections = []section{
	{"OpenStack", [][]string{{"host", "auth_url"}, {"user", "application_credential_id"}, {"pwd", "application_credential_secret"}},
		[]string{"port", "https", "admin_token", "admin_project", "user_domain", "project_domain", "region", "interface", "ca_cert", "insecure",
			"endpoint_override", "replace_endpoint_host", "host_aliases"}, "OpenStack"},
	{"CLI", [][]string{{"host"}, {"user"}, {"pwd", "key", "key_text"}},
		[]string{"port", "key_passphrase", "host_user", "host_pwd", "host_key", "hosts", "host_addresses", "jump_mode", "known_hosts", "host_key_policy",
			"legacy_algorithms", "sudo", "pnic_include", "pnic_exclude", "scan_all_bridges", "host_aliases", "cli_translation"}, ""},
	{"mysql", [][]string{{"host"}, {"user"}, {"pwd"}}, []string{"port", "connect_timeout", "schema", "neutron_schema", "tls", "ca_cert"}, ""},
	{"AMQP", [][]string{{"host"}, {"user"}, {"pwd"}}, []string{"port"}, ""},
	{"Monitoring", nil, []string{"config_folder", "provision", "env_type", "api_port", "rabbitmq_port", "rabbitmq_user", "rabbitmq_pass", "server_ip",
		"server_name", "type", "ssh_port", "ssh_user", "ssh_password", "install_monitoring_client"}, ""},
	{"NFV_provider", [][]string{{"host"}, {"user"}, {"pwd"}}, []string{"port", "nfv_token"}, ""},
	{"ACI", [][]string{{"host"}, {"user"}, {"pwd"}}, nil, ""},
	{"Kubernetes", [][]string{{"host"}, {"token"}}, []string{"port", "user"}, "Kubernetes"},
	{"VMware", nil, nil, ""},
	{"Bare-metal", nil, nil, ""},
}

func sectionNames() []string {
	out := make([]string, len(sections))
	for i, s := range sections {
		out[i] = s.name
	}
	return out
}

func sectionOf(name string) (section, bool) {
	i := slices.IndexFunc(sections, func(s section) bool { return s.name == name })
	if i < 0 {
		return section{}, false
	}
	return sections[i], true
}

// fields are all that a section may have.
func (s section) fields() []string {
	return append(append(slices.Concat(s.needs...), s.also...), "name")
}
