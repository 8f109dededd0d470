package legacy

import (
	"fmt"
	"slices"
	"strings"

	"calipso/graph/catalog"
)

// sectionNames are the configuration sections that earlier versions knew, with
// rules for each.
var sectionNames = []string{"mysql", "OpenStack", "CLI", "AMQP", "Monitoring", "NFV_provider", "ACI", "Kubernetes"}

// requiredSections are what an environment of a type must have.
var requiredSections = map[string][]string{
	catalog.OpenStack:  {"OpenStack", "mysql", "CLI"},
	catalog.Kubernetes: {"Kubernetes", "CLI"},
}

// sectionsFault is the complaint about a list of sections, "" if there is none:
// names first, then the rules of each, which check tells in the order of the list
// (section 5.9). A required section that is missing is told of last.
func sectionsFault(list []any, required []string, check func(name string, section map[string]any) string) string {
	var names, unknown []string
	for _, entry := range list {
		section, _ := entry.(map[string]any)
		name, _ := section["name"].(string)
		if name == "" {
			return "configuration must have name"
		}
		if !slices.Contains(sectionNames, name) && !slices.Contains(unknown, name) {
			unknown = append(unknown, name)
		}
		names = append(names, name)
	}
	if len(unknown) > 0 {
		return "Unknown configurations: " + strings.Join(unknown, " and ")
	}
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return "environment configurations can only contain one configuration for " + name
		}
	}
	for i, entry := range list {
		if fault := check(names[i], entry.(map[string]any)); fault != "" {
			return names[i] + " error: " + fault
		}
	}
	missing := slices.DeleteFunc(slices.Clone(required), func(name string) bool { return slices.Contains(names, name) })
	if len(missing) > 0 {
		return fmt.Sprintf("configurations for (%s)are mandatory for this environment type", strings.Join(missing, ", "))
	}
	return ""
}

// keyOrPassword is what a CLI section must have one of.
func keyOrPassword(section map[string]any) string {
	if empty(section["key"]) && empty(section["pwd"]) {
		return "either key or pwd must be provided"
	}
	return ""
}

// supportFault says what an environment asks for that is not supported, "" if
// all is.
func supportFault(supports func(catalog.Feature) bool, sections []string, listen bool) string {
	const refused = "configuration not accepted: "
	switch {
	case !supports(catalog.Scanning):
		return refused + "scanning is not supported in this environment"
	case slices.Contains(sections, "Monitoring") && !supports(catalog.Monitoring):
		return refused + "monitoring is not supported in this environment, please remove the Monitoring configuration"
	case slices.Contains(sections, "AMQP") && !supports(catalog.Listening):
		return refused + "listening is not supported in this environment, please remove the AMQP configuration"
	case listen && !slices.Contains(sections, "AMQP"):
		return refused + "must provide AMQP configuration to listen the environment"
	}
	return ""
}
