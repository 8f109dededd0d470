package leaks_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"calipso/testdata/leaks"
)

// plain are credentials of tests that are words like any other, so that nobody
// could tell them from one, or that are no credentials at all.
var plain = []string{"nonsense", "other", "replay", "secret", "wrong password", "shorty", "not the password", "password", "two words", "unused", "wrong wrong", "to be revealed"}

var (
	secretKey  = regexp.MustCompile(`(?i)^(pwd|token|secret|key_passphrase|.*_(pwd|pass|password|token|secret)|password|passwd|bindpassword|clientsecret)$`)
	secretJSON = regexp.MustCompile(`"(?:pwd|password|token|secret|client_secret|[a-z]+_(?:pwd|pass|password|token))":\s*"([^"<]+)"`)
)

// Every credential in the sources of tests is one that is looked for.
func TestEveryCredentialIsListed(t *testing.T) {
	used := map[string]string{} // to where
	err := filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && (e.Name() == "node_modules" || e.Name() == ".git"):
			return filepath.SkipDir
		case strings.HasSuffix(path, "_test.go") && !strings.Contains(path, "testdata/leaks/"), strings.Contains(path, "webapi/webapitest/"), strings.Contains(path, "collect/collecttest/"):
			if filepath.Ext(path) != ".go" {
				return nil
			}
			for _, c := range credentialsIn(t, path) {
				used[c] = path
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(used) < 10 {
		t.Fatalf("only %d credentials were found: %v", len(used), used)
	}
	listed := leaks.Listed()
	for _, c := range slices.Sorted(maps.Keys(used)) {
		found := slices.ContainsFunc(listed, func(l string) bool { return strings.Contains(c, l) })
		if len(c) >= 6 && !found && !slices.Contains(plain, c) {
			t.Errorf("%s: the credential %q is not in credentials.txt", used[c], c)
		}
	}
}

// credentialsIn are the literals of a Go file that are given as passwords,
// tokens or secrets.
func credentialsIn(t *testing.T, path string) []string {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	text := func(e ast.Expr) string {
		lit, ok := e.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return ""
		}
		s, err := strconv.Unquote(lit.Value)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		return s
	}
	take := func(key, value string) {
		if value != "" && !strings.HasPrefix(value, "<") && secretKey.MatchString(key) {
			out = append(out, value)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			key := text(n.Key)
			if id, ok := n.Key.(*ast.Ident); ok {
				key = id.Name
			}
			take(key, text(n.Value))
		case *ast.ValueSpec:
			for i, v := range n.Values {
				take(n.Names[i].Name, text(v))
			}
		case *ast.AssignStmt:
			for i, v := range n.Rhs {
				if id, ok := n.Lhs[min(i, len(n.Lhs)-1)].(*ast.Ident); ok {
					take(id.Name, text(v))
				}
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "NewSecret" && len(n.Args) == 1 {
				take("secret", text(n.Args[0]))
			}
		case *ast.BasicLit:
			for _, m := range secretJSON.FindAllStringSubmatch(text(n), -1) {
				take("secret", m[1])
			}
		}
		return true
	})
	return out
}
