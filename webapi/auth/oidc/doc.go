// Package oidc signs people in by an OpenID Connect provider: the authorization
// code flow with PKCE. The provider is asked when somebody signs in, never at the
// start of the server, and tells his name and groups in a signed token.
package oidc
