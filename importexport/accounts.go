package importexport

import (
	"context"
	"errors"
	"fmt"

	"calipso/graph"
)

// Accounts takes over users of another installation.
type Accounts interface {
	// Adopt takes over one user: id is the text of _id, body the document of
	// collection users with it. fresh is false for one that was taken over before,
	// or whose account is here already; notes say what was not taken, and why.
	// Errors: *graph.InvalidError for one that cannot be an account.
	Adopt(ctx context.Context, id string, body graph.Attrs) (fresh bool, notes []string, err error)
}

// users hands the source's users over. Passwords are in them, hashed; nothing of
// that is told.
func (im *importer) users(ctx context.Context) error {
	c := string(graph.Users)
	for d, err := range im.documents(ctx, c) {
		if err != nil {
			return err
		}
		switch {
		case im.opt.Env != "":
			im.count(c, Skipped, "not of one environment; import without naming one", d.At)
			continue
		case im.opt.Accounts == nil:
			im.count(c, Skipped, "accounts were not asked for, or whoever imports may not manage users", d.At)
			continue
		}
		fresh, notes, err := im.opt.Accounts.Adopt(ctx, d.ID, d.Body)
		var invalid *graph.InvalidError
		switch {
		case errors.As(err, &invalid):
			im.count(c, Skipped, err.Error(), d.At)
			continue
		case err != nil:
			return fmt.Errorf("importexport: %s: %w", d.At, err)
		case fresh:
			im.count(c, Taken, "", d.At)
		default:
			im.count(c, Skipped, "the account is here already", d.At)
		}
		for _, n := range notes {
			im.report.Warnings = append(im.report.Warnings, fmt.Sprintf("user %q: %s", d.Body.String("username"), n))
		}
	}
	return nil
}
