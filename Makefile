# Everything a contributor types. `make` alone explains itself.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

GO     ?= go
PKG    ?= ./...
LINT   := $(GO) tool -modfile=tools/go.mod golangci-lint

# Two packages at a time: the suites start Redis, browsers and race-built
# binaries of their own, and timing claims want a core each.
TESTFLAGS ?= -race -shuffle=on -timeout=30m -p=2
BENCH     ?= .
BENCHTIME ?= 1s
FUZZTIME  ?= 60s

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT  ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT)

.PHONY: help
help: ## this list
	@echo 'Guanjia 管家. What you can type:'
	@echo
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r a b; do printf '%-18s %s\n' "$$a" "$$b"; done

.PHONY: demo
demo: ## everything in one process, no configuration, no network (ARGS='--pace 1m')
	$(GO) run ./cmd/guanjia demo $(ARGS)

.PHONY: build
build: ## a static, stamped binary in bin/
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/guanjia ./cmd/guanjia

.PHONY: setup
setup: ## installs what the tests need, or says exactly what to install
	@scripts/setup

.PHONY: test
test: setup ## all tests with the race detector, shuffled (PKG=./bot/... TESTFLAGS=…)
ifeq ($(PKG),./...)
	$(GO) test $(TESTFLAGS) $$($(GO) list ./... | grep -v /e2e/chaos)
	@echo 'e2e/chaos alone, for it measures how soon things happen:'
	$(GO) test $(TESTFLAGS) ./e2e/chaos
else
	$(GO) test $(TESTFLAGS) $(PKG)
endif

.PHONY: check
check: fmt-check vet fix-check lint tidy-check vuln fuzz-check bench-check links ## every gate but `make test`; stops at the first one that is shut
	@echo 'make check: all gates open'

.PHONY: fmt
fmt: ## formats the code (gofumpt, goimports)
	$(LINT) fmt

.PHONY: fmt-check
fmt-check: # gate 1
	$(LINT) fmt --diff

.PHONY: vet
vet: # gate 2
	$(GO) vet ./...

.PHONY: fix-check
fix-check: # gate 3
	$(GO) fix -diff ./...

.PHONY: lint
lint: ## golangci-lint, pinned in tools/go.mod (the first run builds it: minutes)
	$(LINT) run

.PHONY: tidy-check
tidy-check: # gate 5
	$(GO) mod tidy -diff

.PHONY: vuln
vuln: ## known vulnerabilities in what we call; says so when it cannot know
	@scripts/vuln

.PHONY: sbom
sbom: build ## what is in the binary, as CycloneDX, in bin/guanjia.cdx.json
	@scripts/sbom bin/guanjia >bin/guanjia.cdx.json
	@echo bin/guanjia.cdx.json

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (60s)
	@scripts/fuzz $(FUZZTIME) 24h

.PHONY: fuzz-check
fuzz-check: # gate 7: 10 s a target, five minutes in all
	@scripts/fuzz 10s 5m

.PHONY: bench
bench: setup ## benchmarks beside their baselines (BENCH=Frame BENCHTIME=5s PKG=./bot/...)
	$(GO) test -run='^$$' -bench='$(BENCH)' -benchtime=$(BENCHTIME) -benchmem -p=1 -timeout=60m $(PKG)

.PHONY: bench-check
bench-check: setup # gate 8: each benchmark once, so that none rots
	$(GO) test -run='^$$' -bench=. -benchtime=1x -vet=off -p=1 -timeout=10m ./...

BENCH_CASES   ?= 1000000
BENCH_ENTRIES ?= 10000

# A million cases take about 5 GB of memory and of disk, and a quarter of an hour.
.PHONY: bench-report
bench-report: setup ## measures everything, rewrites docs/performance.md and its pictures (BENCH_CASES=…)
	@mkdir -p artifacts
	export GUANJIA_BENCH_CASES=$(BENCH_CASES) GUANJIA_BENCH_ENTRIES=$(BENCH_ENTRIES); { \
	  $(GO) test -run='^$$' -bench='Commit|Message' -benchtime=5000x -count=5 ./store; \
	  $(GO) test -run='^$$' -bench='Reply|People' -benchtime=10x -count=3 ./cmd/guanjia; \
	  $(GO) test -run='^$$' -bench='Ack|Start|Page' -benchtime=3s -count=3 ./cmd/guanjia; \
	  $(GO) test -run='^$$' -bench='Decide' -count=3 ./faq; \
	  cd tools/bench && $(GO) test -run='^$$' -bench=. -benchtime=5000x -timeout=30m .; cd ../..; \
	  $(GO) test -run='^$$' -bench=Cases -benchtime=3x -timeout=60m ./cmd/guanjia; \
	} | tee artifacts/bench.txt
	cd tools/bench && $(GO) run . ../../artifacts/bench.txt ../../docs/performance.md ../../docs/pictures

CHAOS_TIME ?= 10m
CHAOS_SEED ?=

.PHONY: chaos
chaos: setup ## everything breaks while people talk, judged (CHAOS_TIME=10m CHAOS_SEED=7)
	CHAOS_TIME='$(CHAOS_TIME)' CHAOS_SEED='$(CHAOS_SEED)' $(GO) test -count=1 -v -timeout=120m ./e2e/chaos

.PHONY: links
links: # gate 9
	$(GO) test -count=1 -run='^TestDocuments' .

.PHONY: docs
docs: ## rewrites docs/configuration.md from the code
	$(GO) generate ./configs

.PHONY: hooks
hooks: ## the first gates before every commit of yours
	git config core.hooksPath scripts/hooks

.PHONY: clean
clean: ## removes what the targets above leave behind
	rm -rf bin dist artifacts
