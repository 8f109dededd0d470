package environment

import "slices"

// section is a kind of entry of "configuration".
type section struct {
	name      string
	mandatory []string // fields that must have a value
	one       []string // of these one must, if any are listed
	optional  []string
	env       string // environment type that needs it; empty: none does
	hostless  []string
}

// sections are those of the documented schema, with what today's sources read
// beside that.
var sections = []section{
	{name: "OpenStack", env: "OpenStack", one: []string{"host", "auth_url"}, hostless: []string{"auth_url"}, optional: []string{
		"port", "https", "user", "pwd", "admin_token", "admin_project", "user_domain", "project_domain", "application_credential_id",
		"application_credential_secret", "region", "interface", "ca_cert", "insecure", "endpoint_override", "replace_endpoint_host", "host_aliases"}},
	{name: "CLI", mandatory: []string{"user"}, optional: []string{
		"host", "port", "pwd", "key", "key_text", "key_passphrase", "known_hosts", "host_key_policy", "jump_mode", "host_addresses", "hosts", "host_pwd", "host_aliases"}},
	{name: "mysql", mandatory: []string{"host", "user", "pwd"}, optional: []string{"port", "connect_timeout", "schema"}},
	{name: "AMQP", mandatory: []string{"host", "user", "pwd"}, optional: []string{"port", "vhost"}},
	{name: "Monitoring", optional: []string{"config_folder", "provision", "env_type", "api_port", "rabbitmq_port", "rabbitmq_user", "rabbitmq_pass", "server_ip",
		"server_name", "type", "ssh_port", "ssh_user", "ssh_password", "install_monitoring_client"}},
	{name: "NFV_provider", mandatory: []string{"host", "user", "pwd"}, optional: []string{"port", "nfv_token"}},
	{name: "ACI", mandatory: []string{"host", "user", "pwd"}},
	{name: "Kubernetes", env: "Kubernetes", mandatory: []string{"host", "token"}, optional: []string{"port", "user"}},
	{name: "VMware"},
	{name: "Bare-metal"},
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
func (s section) fields() []string { return slices.Concat(s.mandatory, s.one, s.optional, []string{"name"}) }
