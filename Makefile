# Every command of the project. Needs only Node 20.19 or newer; `make help` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help up down test check bench simulate generate conformance build config-check clean node prepare

LOCAL := infra/local

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

up: prepare ## install, build and run the whole gateway in this terminal
	@exec node $(LOCAL)/dist/command/up.js

down: node ## stop a gateway that runs elsewhere
	@if [ -f $(LOCAL)/dist/command/down.js ]; then exec node $(LOCAL)/dist/command/down.js; else echo "nothing was built, so nothing runs"; fi

test: prepare ## run every test against servers of its own (ARGS="..." goes to Jest)
	@exec node $(LOCAL)/bin/test.mjs 2>&1

check: prepare ## format, lint, types, library boundaries, generated files
	@exec node $(LOCAL)/bin/check.mjs 2>&1

bench: prepare ## compare direct calls, a bare proxy and this gateway
	@exec node infra/bench/run.mjs

simulate: prepare ## what each routing strategy makes of outages and limits, without a network (ARGS="--help")
	@exec node infra/simulation/dist/simulate.js $(ARGS)

generate: prepare ## write the generated code and documentation anew
	@exec node $(LOCAL)/bin/generate.mjs

conformance: prepare ## run the tests that prove what providers can do, and write it down
	@exec node $(LOCAL)/bin/conformance.mjs 2>&1

build: prepare ## compile what changed

config-check: prepare ## say what is wrong with a configuration: make config-check FILE=gateway.yaml
	@exec node services/config-sync/bin/llmgateway.cjs config check $(FILE) $(ARGS)

clean: ## remove what can be made again; keeps .data and node_modules
	@exec node $(LOCAL)/bin/clean.mjs

prepare: node
	@exec node $(LOCAL)/bin/prepare.mjs 2>&1

node:
	@command -v node >/dev/null || { echo "Node is not installed; this needs version 20.19 or newer: https://nodejs.org/en/download"; exit 1; }
	@node $(LOCAL)/bin/require-node.cjs 2>&1
