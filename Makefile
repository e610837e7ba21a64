# What there is to do here; `make help` lists it.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

DSN ?=

# One line a package, and at the end every failure, and every skipped test with its reason.
FORMAT := --format pkgname --format-hide-empty-pkg
TEST := go tool gotestsum $(FORMAT)

# A module of its own, which borrows the tools of this one.
PROMQL := integration/promql

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: setup-shop build ## Serve the demo shop behind the gateway; DSN=… forwards its errors
	@go build -o .build/demo-runner ./integration/demo
	@exec .build/demo-runner -dsn '$(DSN)'

.PHONY: test
test: setup build lint ## Run every test
	@$(TEST) -- -race -timeout 45m ./...
	@gotestsum=$$(go tool -n gotestsum); cd $(PROMQL); "$$gotestsum" $(FORMAT) -- -race -timeout 45m ./...

.PHONY: test-fresh
test-fresh: ## Run every test as on a fresh machine: the last commit in a new clone, without caches
	@test -z "$$(git status --porcelain)" || echo 'test-fresh: uncommitted changes are left out'
	@clone=$$(mktemp -d); trap 'rm -rf "$$clone"' EXIT; git clone -q . "$$clone/gateway"; bash "$$clone/gateway/.ci/run"

.PHONY: test-long
test-long: setup build ## Run the tests with more rounds, and fuzz every parser
	@GATEWAY_TEST_LONG=1 $(TEST) -- -race -timeout 3h ./...
	@integration/fuzz

.PHONY: bench
bench: build ## Measure what the gateway costs beside a bare Caddy
	@go run ./integration/bench -caddy bin/caddy

.PHONY: bench-stack
bench-stack: setup build ## Compare whole stacks: nginx and the SDKs, the gateway, a bare Caddy
	@go run ./integration/benchstack -caddy bin/caddy -plot docs/images/stack.svg

.PHONY: bench-probe
bench-probe: setup ## Measure what the probe costs in Django, beside the SDK
	@go run ./integration/benchprobe

.PHONY: build
build: ## Build bin/caddy with the plugins that xcaddy.toml lists
	@command -v go >/dev/null || { echo 'Go is not installed: https://go.dev/dl/'; exit 1; }
	@go run ./cmd/manifest generate
	@test -x bin/caddy || echo 'build: the first build downloads and compiles Caddy, which takes a few minutes'
	@go build -v -o bin/caddy ./cmd/caddy 2>&1 | integration/progress

.PHONY: xcaddy
xcaddy: ## Print the xcaddy command that builds the same binary
	@go run ./cmd/manifest xcaddy

.PHONY: dashboards
dashboards: ## Write the dashboards and rules that dashboards/*.go define
	@go run ./dashboards/generate

.PHONY: setup
setup: ## Install what the demo and the tests need
	@integration/setup

# The demo does without what only tests need.
.PHONY: setup-shop
setup-shop:
	@integration/setup shop

.PHONY: lint
lint: ## Check formatting, vet, staticcheck and the manifest
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$unformatted" || { echo "not gofmt'ed: $$unformatted"; exit 1; }
	@go run ./cmd/manifest check
	@go vet ./...
	@go tool staticcheck ./...
	@staticcheck=$$(go tool -n staticcheck); cd $(PROMQL); go vet ./...; "$$staticcheck" ./...

.PHONY: clean
clean: ## Remove what was built and installed here
	rm -rf bin .build
