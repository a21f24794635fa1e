# Blackstart. `make help` says what there is; every target works on a machine with Go, make and git.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
GO ?= go
export CGO_ENABLED = 0

.PHONY: help run test race fuzz bench lint gen look dist tools setup nightly clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

build/blackstart: $(shell git ls-files -co --exclude-standard '*.go' 'internal/**' 'examples/**' go.mod go.sum)
	@mkdir -p build
	$(GO) build -trimpath -o $@ ./cmd/blackstart

run: build/blackstart ## build, run the drill "first light" to its report, leave the board open
	./build/blackstart drill first-light --listen 127.0.0.1:8450 --report build/first-light.md

setup: ## install what the tests like to have (Chromium, nginx, nftables), where apt may
	@deploy/setup-tests

test: setup build/blackstart ## the drill, every test, the crash programme at a tenth, vet, staticcheck, generated files
	./build/blackstart drill first-light --headless
	deploy/board-opens
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) tool go-check-sumtype -default-signifies-exhaustive ./...
	$(MAKE) --no-print-directory drift
	deploy/durability ci
	CGO_ENABLED=$(RACE_CGO) deploy/run-tests $(RACE)

# The race detector needs a C compiler; where there is none the tests run without it, and say so.
RACE_CGO := $(shell command -v gcc >/dev/null 2>&1 && echo 1 || echo 0)
RACE := $(if $(filter 1,$(RACE_CGO)),-race)

race: ## only the tests, under the race detector
	CGO_ENABLED=1 $(GO) test -race -shuffle=on ./...

fuzz: ## every fuzz target for FUZZTIME (default 30s)
	@deploy/fuzz $(or $(FUZZTIME),30s)

bench: build/blackstart ## the promised numbers as a table
	@deploy/bench

lint: ## vet, staticcheck, exhaustive switches
	$(GO) vet ./... && $(GO) tool staticcheck ./... && $(GO) tool go-check-sumtype -default-signifies-exhaustive ./...

gen: ## write generated files anew: templates, diagrams, tables
	cd internal/edge/web && $(GO) tool templ generate
	$(GO) test ./internal/hub -run 'TestReactionsDocument' -update
	$(GO) test ./internal/subject/cell -update
	$(GO) test ./internal/edge/web -run 'TestRightsDocument' -update

drift: ## generated files must be what their sources make
	@deploy/drift

look: ## pictures of every page into build/look
	LOOK=$(CURDIR)/build/look $(GO) test ./internal/edge/web -run TestLook -count=1 -v

dist: ## static binaries for every platform with hashes, into build/dist
	@deploy/dist build/dist

nightly: ## the long versions: the whole crash programme, fuzzing, kills, foreign machines, mutants, the full linter set
	@deploy/setup-tests nightly
	deploy/plan-bytes --foreign
	ORACLE=5000 $(GO) test ./internal/plan -run HowMany -v -timeout 1h
	MUTANTS=all $(GO) test ./internal/plan/check -run Mutants -v -timeout 2h
	deploy/durability nightly
	FUZZTIME=5m $(MAKE) --no-print-directory fuzz
	FLOOD=4000 $(GO) test ./internal/hub/app -run 'Flood|Reset' -count=1 -v
	NIGHTLY=1 $(GO) test ./internal/edge/cli -run Crawl -count=1
	DRILL_STAGE=1 $(GO) test ./internal/edge/cli -run Killed -count=10 -timeout 2h
	@command -v golangci-lint >/dev/null && golangci-lint run || echo "skipped: golangci-lint is not installed"

clean: ## remove what was built
	rm -rf build
