package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"golang.org/x/crypto/bcrypt"

	"calipso/graph"
)

// maxOldCost bounds the work that a hash from elsewhere may ask for: 2^14
// rounds take about a second.
const maxOldCost = 14

// published are the passwords that the old installation guide gives to
// everybody; they open nothing here.
var published = []string{"123456", "password", "calipso_default", "scan", "osdna"}

// oldHash is the bcrypt text of an account taken over from an old installation,
// "" if it has none.
func oldHash(d *graph.Document) string {
	return d.Body.Map("services").Map("password").Secret("bcrypt")
}

// checkOld tells whether a password is the one under an old hash: bcrypt of the
// password, or, as Meteor has it, of the hex digits of its SHA-256.
func (h *hasher) checkOld(ctx context.Context, password, hash string) (bool, error) {
	release, err := h.acquire(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	if len(password) > maxPassword || !soundOldHash(hash) || slices.Contains(published, password) {
		return false, nil
	}
	return fitsOld(password, hash), nil
}

// soundOldHash tells whether a text is a bcrypt hash of reasonable cost.
func soundOldHash(hash string) bool {
	cost, err := bcrypt.Cost([]byte(hash))
	return err == nil && len(hash) == 60 && cost <= maxOldCost
}

func fitsOld(password, hash string) bool {
	sum := sha256.Sum256([]byte(password))
	return bcrypt.CompareHashAndPassword([]byte(hash), []byte(hex.EncodeToString(sum[:]))) == nil ||
		len(password) <= 72 && bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil
}
