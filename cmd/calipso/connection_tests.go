package main

import (
	"context"

	"calipso/collect/conntest"
	"calipso/webapi/legacy"
)

// connectionTests shows the keeper of connection tests to the old API.
type connectionTests struct{ *conntest.Keeper }

var _ legacy.Tests = connectionTests{}

// Submit implements legacy.Tests.
func (k connectionTests) Submit(ctx context.Context, o legacy.TestOrder) (string, error) {
	t, err := k.Keeper.Submit(ctx, conntest.Request{Env: o.Env, Who: o.Who, Targets: o.Targets, Sections: o.Sections})
	if err != nil {
		return "", err
	}
	return t.ID, nil
}
