package legacy

import (
	"context"
	"errors"
	"net/netip"
	"regexp"
	"strings"
)

// The forms of texts in configuration sections. IPv6 addresses are taken too
// (rule API-03).
var (
	portNumber = Pattern{"port number", regexp.MustCompile(`^0*([0-9]|[1-9][0-9]{1,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$`)}
	path       = Pattern{"path", regexp.MustCompile(`^(/[^/\x00]+)*/?$`)}
)

var (
	hostLabels = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$`)
	// furtherKeys are members of sections that later sources understand.
	furtherKeys = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// host is the name or address of a host.
func host(name string) Param {
	return Param{Name: name, Type: String, Mandatory: Always, Check: func(_ context.Context, _ *Request, v any) (string, error) {
		text := v.(string)
		if _, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil || hostLabels.MatchString(text) {
			return "", nil
		}
		return name + " must be a valid ipv4/ipv6 address or host name", nil
	}}
}

func port(name string, mandatory Versions) Param {
	return Param{Name: name, Type: Int, Mandatory: mandatory, Patterns: []Pattern{portNumber}}
}

func text(name string) Param { return Param{Name: name, Type: String, Mandatory: Always} }

// sectionTable is what a configuration section holds (section 11.1 of the data
// model).
func sectionTable(name string) []Param {
	table := []Param{text("name")}
	hostPortUser := []Param{host("host"), port("port", Always), text("user"), text("pwd")}
	switch name {
	case "OpenStack":
		return append(append(table, hostPortUser...), text("admin_token"))
	case "mysql":
		return append(append(table, hostPortUser...), Param{Name: "connect_timeout", Type: Int, In: InCVIM | InNew, Check: func(_ context.Context, _ *Request, v any) (string, error) {
			if v.(int64) <= 0 {
				return "connect_timeout must be a positive number", nil
			}
			return "", nil
		}})
	case "AMQP":
		return append(table, hostPortUser...)
	case "NFV_provider":
		return append(append(table, hostPortUser...), text("nfv_token"))
	case "CLI":
		return append(table, host("host"), text("user"), Param{Name: "pwd", Type: String}, Param{Name: "key", Type: String, Patterns: []Pattern{path}})
	case "ACI":
		return append(table, host("host"), text("user"), text("pwd"))
	case "Kubernetes":
		return append(table, host("host"), port("port", Always), text("user"), text("token"))
	case "Monitoring":
		return append(table,
			Param{Name: "config_folder", Type: String, Mandatory: Always, Patterns: []Pattern{path}},
			Param{Name: "provision", Type: String, Mandatory: Always, Constant: "environment_provision_types"},
			Param{Name: "env_type", Type: String, Mandatory: Always, Constant: "env_types"},
			port("api_port", Always), port("rabbitmq_port", Always), text("rabbitmq_user"), text("rabbitmq_pass"),
			host("server_ip"), text("server_name"),
			Param{Name: "type", Type: String, Mandatory: Always, Constant: "environment_monitoring_types"},
			port("ssh_port", 0), Param{Name: "ssh_user", Type: String}, Param{Name: "ssh_password", Type: String},
			Param{Name: "install_monitoring_client", Type: Bool},
		)
	}
	return table
}

// sections checks a list of configuration sections and gives them with their
// values converted. wrong is the first complaint, "" if there is none.
func (q *Request) sections(ctx context.Context, list []any, required []string) (clean []any, wrong string, err error) {
	wrong = sectionsFault(list, required, func(name string, section map[string]any) string {
		if err != nil {
			return ""
		}
		var further *regexp.Regexp
		if q.Compat() == Current {
			further = furtherKeys
		}
		values, fault := q.Validate(ctx, paramsIn(sectionTable(name), q.Compat()), further, section)
		var told *Error
		switch {
		case errors.As(fault, &told):
			return told.Message
		case fault != nil:
			err = fault
			return ""
		}
		if name == "CLI" {
			if fault := keyOrPassword(values); fault != "" {
				return fault
			}
			trustFirst(values)
		}
		clean = append(clean, map[string]any(values))
		return ""
	})
	return clean, wrong, err
}

// trustFirst has the keys of hosts remembered at the first connection unless the
// section says how they are known. Old clients cannot say so, and earlier
// versions trusted any key at any time.
func trustFirst(section map[string]any) {
	for _, said := range []string{"host_key_policy", "known_hosts"} {
		if !empty(section[said]) {
			return
		}
	}
	section["host_key_policy"] = "tofu"
}
