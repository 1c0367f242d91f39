.DEFAULT_GOAL := help
.PHONY: demo test lint contract bench rows table proof help deps

LINT := go tool -modfile=.tools/go.mod golangci-lint
# Packages that have benchmarks, as folders.
BENCHED = $(shell grep -rl --include='*_test.go' '^func Benchmark' bot flows storage locales | xargs -r -n1 dirname | sort -u | sed 's|^|./|')
BENCHTIME ?= 1s
# The Bot API's specification (api.json of github.com/PaulSonOfLars/telegram-bot-api-spec); empty: none.
SPEC ?= $(wildcard ../shared/botapi/api.json)

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

demo: ## the whole story on one page, nothing to install
	go run ./bot demo

test: deps ## every test; installs what it lacks when root
	go test -timeout 10m ./...

lint: ## gofmt, go vet and the linters of .golangci.yml
	@unformatted=$$(gofmt -l bot flows storage locales .tools); \
	if [ -n "$$unformatted" ]; then echo "gofmt -w these:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go -C .tools vet ./rows
	go -C .tools test -count=1 ./rows
	$(LINT) run ./...

contract: deps ## all stories' calls, answers and updates against the Bot API of SPEC=api.json
	@if [ -z "$(SPEC)" ]; then echo "contract: no SPEC given"; exit 0; fi; \
	SPEC="$(abspath $(SPEC))" go test -count=1 -timeout 10m ./bot/sim/... ./bot/telegram && \
	cd bot && SPEC="$(abspath $(SPEC))" go test -count=1 -timeout 10m -run '^TestStories$$'

bench: deps ## this bot beside the floor and a straightforward one; round trips, Decide, one photo
	@test -n "$(BENCHED)" || { echo "no benchmarks"; exit 1; }
	go test -p 1 -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) -timeout 20m $(BENCHED)

rows: deps ## which row of the plan is proven by which test
	@go run $(filter-out %_test.go,$(wildcard .tools/rows/*.go)) .

table: ## ROWS.md, from what the tests say of themselves
	@go run $(filter-out %_test.go,$(wildcard .tools/rows/*.go)) -table .

proof: lint rows contract ## everything a release must show: long tests too (an hour), with their figures
	@figures=$$(mktemp); PROOF=1 FIGURES=$$figures go test -count=1 -timeout 60m ./...; status=$$?; \
	cat $$figures; rm -f $$figures; exit $$status

# What the suite runs beside Go. Debian's names; elsewhere the list is printed.
deps:
	@lacking=""; \
	command -v redis-server >/dev/null || lacking="$$lacking redis-server"; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || lacking="$$lacking chromium"; \
	{ command -v fc-list >/dev/null && fc-list :lang=zh-cn family | grep -q .; } || lacking="$$lacking fonts-noto-cjk fontconfig"; \
	[ -z "$$lacking" ] && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing$$lacking"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$lacking >/dev/null; \
	else \
	  echo "The tests need$$lacking. Install them, on Debian or Ubuntu with:"; \
	  echo "  sudo apt-get update && sudo apt-get install$$lacking"; \
	  exit 1; \
	fi
