package dingtalk

// Config is the section "dingtalk" of the configuration.
type Config struct {
	ClientID     string `yaml:"client_id"`
	ClientSecret string `yaml:"client_secret"` // never logged
	// RobotCode is the robot's code; empty means ClientID.
	RobotCode string `yaml:"robot_code"`
	APIHost   string `yaml:"api_host"`
	OAPIHost  string `yaml:"oapi_host"`
	// Connections is how many stream connections this process keeps open.
	Connections int `yaml:"connections"`
	// WebhookHosts are the only hosts a reply address may point to: "host" (any
	// port) or "host:port".
	WebhookHosts []string `yaml:"webhook_hosts"`
	// QPS bounds calls per second and API path.
	QPS int `yaml:"qps"`
	// MonthlyQuota is the organisation's allowance; zero means unmetered.
	MonthlyQuota Quota `yaml:"monthly_quota"`
}

// Quota is a monthly allowance of calls.
type Quota struct {
	API    int `yaml:"api"`
	Stream int `yaml:"stream"`
}
