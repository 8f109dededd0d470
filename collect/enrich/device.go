package enrich

import "strings"

// devicePrefixes are how Neutron's agents and Nova name the devices of a port;
// the first eleven characters of the port's id follow.
var devicePrefixes = []string{"tap", "qvb", "qvo", "qbr", "qr-", "qg-", "sg-", "ha-", "ns-", "fg-", "vhu"}

// portTail is the beginning of a port's id that a device's name carries:
// "3c4d5e6f-8a" of "qvo3c4d5e6f-8a". ok is false for any other name.
func portTail(device string) (tail string, ok bool) {
	for _, p := range devicePrefixes {
		if rest, has := strings.CutPrefix(device, p); has && isTail(rest) {
			return rest, true
		}
	}
	return "", false
}

// isTail tells whether a text looks like the first eleven characters of a UUID.
func isTail(s string) bool {
	if len(s) != 11 || s[8] != '-' {
		return false
	}
	for i, c := range []byte(s) {
		hex := c >= '0' && c <= '9' || c >= 'a' && c <= 'f'
		if i != 8 && !hex {
			return false
		}
	}
	return true
}

// baseInterface cuts the VLAN off a device's name: "eth1" of "eth1.100", and
// the peer that ip prints behind an at sign.
func baseInterface(device string) string {
	device, _, _ = strings.Cut(device, "@")
	device, _, _ = strings.Cut(device, ".")
	return device
}

// deviceOf is the device's name in the id of a vnic ("<host>-<device>").
func deviceOf(host, id string) string {
	return strings.TrimPrefix(id, host+"-")
}
