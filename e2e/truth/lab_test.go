package truth

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadLab(t *testing.T) {
	path := filepath.Join(t.TempDir(), "env")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("# a lab\nLAB_HOSTS='a=10.0.0.1 b=10.0.0.2'\nLAB_USER='x'\n")
	if _, err := ReadLab(path); err == nil || !strings.Contains(err.Error(), "LAB_AUTH_URL, LAB_PASSWORD") {
		t.Errorf("error is %v, want the names that are missing", err)
	}
	write("LAB_HOSTS='a'\n")
	if _, err := ReadLab(path); err == nil || !strings.Contains(err.Error(), "name=address") {
		t.Errorf("error is %v, want the bad pair named", err)
	}
	var all strings.Builder
	for _, name := range []string{"AUTH_URL", "USER", "PASSWORD", "PROJECT", "DOMAIN", "REGION", "MASTER",
		"SSH_USER", "SSH_PASSWORD", "SSH_PORT", "SSH_KEY", "SSH_KNOWN_HOSTS", "DB_HOST", "DB_PORT", "DB_USER", "DB_PASSWORD",
		"AMQP_HOST", "AMQP_PORT", "AMQP_USER", "AMQP_PASSWORD"} {
		all.WriteString("LAB_" + name + "='" + strings.ToLower(name) + "'\n")
	}
	write(all.String() + "LAB_HOSTS='a=10.0.0.1 b=10.0.0.2'\n")
	lab, err := ReadLab(path)
	if err != nil {
		t.Fatal(err)
	}
	if lab.SSHKey != "ssh_key" || lab.Address("b") != "10.0.0.2" || lab.Address("c") != "" {
		t.Errorf("lab is %+v", lab)
	}
}
