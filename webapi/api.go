package webapi

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"calipso/graph/recent"
	"calipso/webapi/legacy"
	"calipso/webapi/ui"
)

// API answers HTTP requests. Serve runs it on a listener; as an http.Handler it
// can be mounted anywhere, together with Run.
type API struct {
	opt         Options
	log         *slog.Logger
	engine      *gin.Engine
	huma        huma.API
	access      map[string]access // by method and gin's pattern of the path
	actions     map[string]string // names of operations, likewise
	crossOrigin *http.CrossOriginProtection
	metrics     *metrics
	ring        *ring
	files       *ui.Files
	legacy      *legacy.API
	description func() (description, error)
	fragments   *recent.Cache[*fragment]
	buffers     sync.Pool     // of *[]byte, for answers
	headers     http.Header   // of every answer
	sweepEvery  time.Duration // of tests; 0: hourly
	guard       sync.Mutex    // see guarded

	following   chan struct{} // closed when Run knows from where to follow the commits
	begun       func()
	stopping    chan struct{} // closed when streams are to end
	stopStreams func()
}

// New builds the API. Errors: what is missing in opt; a UIDir that cannot be
// read.
func New(opt Options) (*API, error) {
	opt = opt.withDefaults()
	if opt.Store == nil || opt.Accounts == nil || opt.Query == nil {
		return nil, errors.New("webapi: store, query and accounts must be given")
	}
	files, err := ui.Load(opt.UIDir)
	if err != nil {
		return nil, err
	}
	boot := make([]byte, 6)
	rand.Read(boot) // never fails
	a := &API{
		opt: opt, log: opt.Log,
		access:      map[string]access{},
		actions:     map[string]string{},
		crossOrigin: http.NewCrossOriginProtection(),
		metrics:     newMetrics(),
		ring:        newRing(hex.EncodeToString(boot), opt.Backlog),
		files:       files,
		fragments:   recent.New[*fragment](fragmentCache),
		buffers:     sync.Pool{New: func() any { return new([]byte) }},
		headers:     hardening(opt.Secure),
		following:   make(chan struct{}),
		stopping:    make(chan struct{}),
	}
	a.begun = sync.OnceFunc(func() { close(a.following) })
	a.stopStreams = sync.OnceFunc(func() { close(a.stopping) })
	opt.Accounts.Observe(a.signIn)
	a.metrics.registry.MustRegister(&inventory{store: opt.Store, log: opt.Log})
	if opt.Retention != nil {
		a.metrics.registry.MustRegister(&forgotten{opt.Retention})
	}
	opt.Legacy.Store, opt.Legacy.Query, opt.Legacy.Accounts = opt.Store, opt.Query, opt.Accounts
	opt.Legacy.Keepers = opt.legacyKeepers()
	a.legacy = legacy.New(legacyHost{a}, opt.Legacy)
	a.engine = a.newEngine()
	a.huma = huma.NewAPI(apiConfig(opt.Version), adapter{a.engine})
	a.routes()
	a.describe()
	return a, nil
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.engine.ServeHTTP(w, a.trimmed(r)) }

// newEngine is gin with our own middleware and none of its habits: it trusts no
// proxy's word on who the client is, and redirects nobody.
func (a *API) newEngine() *gin.Engine {
	ginRelease()
	e := gin.New()
	e.SetTrustedProxies(nil) // cannot fail for nil
	e.RedirectTrailingSlash = false
	e.RedirectFixedPath = false
	e.HandleMethodNotAllowed = true
	e.ContextWithFallback = false
	e.UseEscapedPath = true      // an id may contain a slash, sent as %2F
	e.UnescapePathValues = false // pathParam does, properly
	e.Use(identify, a.harden, a.observe, a.recoverPanic, a.bound, a.preflight, a.sameOrigin, a.limitBody, a.authorize)
	e.NoRoute(func(c *gin.Context) { a.refuse(c, newProblem(http.StatusNotFound, "there is nothing here")) })
	e.NoMethod(func(c *gin.Context) {
		if a.legacy.Owns(c.Request.URL.Path) {
			a.legacy.NoMethod(c.Writer, c.Request)
			return
		}
		a.refuse(c, newProblem(http.StatusMethodNotAllowed, c.Request.Method+" is not possible here"))
	})
	return e
}

// ginRelease silences gin's own printing, which is a setting of its package.
var ginRelease = sync.OnceFunc(func() { gin.SetMode(gin.ReleaseMode) })

// apiConfig is huma without its habits: no page with scripts of others, no link
// to a schema in every answer, no routes we do not know of.
func apiConfig(version string) huma.Config {
	c := huma.DefaultConfig("Calipso", version)
	c.Info.Description = "Inventory and topology of clouds: objects, the links between them, cliques, paths, history."
	c.DocsPath, c.OpenAPIPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	c.Transformers = []huma.Transformer{finishProblem}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer":  {Type: "http", Scheme: "bearer", Description: "token of a session or API token"},
		"session": {Type: "apiKey", In: "cookie", Name: sessionCookie, Description: "set by POST /api/v1/sessions"},
	}
	c.Security = []map[string][]string{{"bearer": {}}, {"session": {}}}
	return c
}
