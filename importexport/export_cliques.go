package importexport

import "context"

// cliques writes the clique of every focal point that has one.
func (x *exporter) cliques(ctx context.Context, o *out) error {
	ref, err := x.reference(ctx)
	if err != nil {
		return err
	}
	for i, e := range x.envs {
		rules, wrong, err := ref.Rules(ctx, e.id)
		if err != nil {
			return err
		}
		if i > 0 {
			wrong = nil // they have been named
		}
		for _, err := range wrong {
			x.out.Warnings = append(x.out.Warnings, err.Error()+"; not used")
		}
		m, err := NewMaker(ctx, e.id, e.view)
		if err != nil {
			return err
		}
		c, err := m.Cliques(ctx, rules)
		if err != nil {
			return err
		}
		x.out.Warnings = append(x.out.Warnings, c.Warnings...)
		for d, err := range c.all(ctx) {
			if err != nil {
				return err
			}
			if err := o.put(ctx, d); err != nil {
				return err
			}
		}
	}
	return nil
}
