# Calipso. The two commands that matter: make run, make test.

GO      ?= go
TAGS    := nomsgpack
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
LABS    := testdata/labs
LISTEN  ?= 127.0.0.1:8080
REF     ?= HEAD~1
BENCH   ?= .
COUNT   ?= 10

export GOFLAGS += -tags=$(TAGS)

.PHONY: run build test test-deps test-go test-ui check fmt vet staticcheck race bench bench-compare bench-goals soak crash e2e-openstack fuzz clean help \
        lab-openstack lab-openstack-down lab-mysql lab-mysql-down lab-sshd lab-sshd-down lab-ldap lab-ldap-down lab-mongo lab-mongo-down

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 24

run: build ## build, start with the demonstration cloud, scan it, print the address
	@bin/calipso demo --listen $(LISTEN)

build: ## bin/calipso, one static binary
	@mkdir -p bin
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/calipso ./cmd/calipso

test: test-deps ## the whole suite; installs what its real servers need
	@$(MAKE) --no-print-directory test-go test-ui

test-deps:
	@$(LABS)/install mysql sshd ldap chromium mongo graphs

test-go:
	@$(GO) test -json -timeout 20m $(PKG) | $(GO) run ./$(LABS)/testrun
PKG ?= ./... ./testdata/labs/testrun ./testdata/labs/mongolab ./testdata/leaks

test-ui:
	@webapi/ui/test/run

check: fmt vet staticcheck race ## format, vet, staticcheck, race tests of changed packages

fmt:
	@out=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$out" || { echo "not formatted (gofmt -w):"; echo "$$out"; exit 1; }

vet:
	@$(GO) vet ./...

staticcheck:
	@$(GO) tool staticcheck ./...

race: ## race tests of the packages changed since the main branch (all: RACE=./...)
	@pkgs="$(RACE)"; test -n "$$pkgs" || pkgs=$$($(LABS)/changed); \
	test -z "$$pkgs" || $(GO) test -race -short -timeout 20m $$pkgs

crash: ## kill -9 at random moments of imports, scans, snapshots, retention; ROUNDS=200, SEED=… again
	CALIPSO_KILL_ROUNDS=$(or $(ROUNDS),200) CALIPSO_KILL_SEED=$(SEED) $(GO) test -count=1 -v -timeout 60m -run '^(TestCrash|TestKill)$$' ./cmd/calipso ./graph/storetest

fuzz: ## each fuzz test for FUZZTIME (default 10s)
	@$(LABS)/fuzz $(or $(FUZZTIME),10s)

bench: ## benchmarks into benchmarks/results/
	@benchmarks/run $(COUNT) '$(BENCH)'

bench-goals: ## the table of goals at SIZE=S, M or L, each beside its limit (ROWS=a,b: only these; MISSING=1: what this commit lacks)
	@mkdir -p bin && $(GO) build -o bin/goals ./benchmarks/goals
	@bin/goals -size $(or $(SIZE),S) $(if $(ROWS),-rows $(ROWS)) $(if $(MISSING),-missing)
	@bin/goals -growth benchmarks/results/growth.svg

soak: ## the program under users for SOAK (default 30m): do memory and files level off
	@mkdir -p bin && $(GO) build -o bin/soak ./benchmarks/soak
	@bin/soak -time $(or $(SOAK),30m)

bench-compare: ## benchstat of the results of REF against the newest
	@benchmarks/compare $(REF)

lab-openstack: ## a real OpenStack on this machine (root, 10 minutes the first time)
	@$(LABS)/openstack/up && $(LABS)/openstack/populate
lab-openstack-down:
	@$(LABS)/openstack/down

lab-mysql lab-sshd lab-ldap lab-mongo: lab-%: ## real servers on loopback; print LAB_* variables
	@$(LABS)/$*/up
lab-mysql-down lab-sshd-down lab-ldap-down lab-mongo-down: lab-%-down:
	@$(LABS)/$*/down

e2e-openstack: build ## scan the running lab and compare with an independent truth
	LAB_OPENSTACK=$$($(LABS)/openstack/up --env-only | sed -n 's/^LAB_OPENSTACK=//p') CALIPSO_BINARY=$(CURDIR)/bin/calipso \
	  $(GO) test -count=1 -v -timeout 20m ./e2e/...

clean:
	rm -rf bin
