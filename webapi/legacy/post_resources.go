package legacy

// writing are the resources that take documents, remove them, and what the later
// version added.
func (a *API) writing() []Resource {
	return []Resource{
		a.postCliqueTypes(), a.postEnvironmentConfigs(), a.postScans(), a.postScheduledScans(), a.postConnectionTests(),
		a.deleteMessages(), a.deleteScheduledScans(),
		a.getGraph(), a.getSearch(), a.getSchema(), a.getTimezone(), a.getHealth(),
	}
}
