#!/usr/bin/env bash
# Builds the Go programs that only CI and people who change policies need, into .toolchain/go/bin; skips what is already there.
set -euo pipefail
usage="usage: scripts/go-tools.sh   (builds what is missing into .toolchain/go/bin)"
case "${1-}" in
  "") ;;
  -h | --help) echo "$usage"; exit 0 ;;
  *) printf 'Unknown: %s.\n\n%s\n' "$*" "$usage" >&2; exit 2 ;;
esac
cd "$(dirname "$0")/.."
bin="$PWD/.toolchain/go/bin"

# name, module@version
tools=(
  "opa github.com/open-policy-agent/opa@v1.22.0"
)

mkdir -p "$bin"
for tool in "${tools[@]}"; do
  read -r name module <<<"$tool"
  marker="$bin/.$name.version"
  if [[ -x "$bin/$name" && ( ! -f "$marker" || "$(cat "$marker")" == "$module" ) ]]; then
    continue
  fi
  if ! command -v go >/dev/null; then
    echo "go-tools: Go is needed to build $name: apt-get install golang, or see the Go project's own installation page." >&2
    exit 1
  fi
  echo "go-tools: building $name ($module), 2-3 minutes the first time ..."
  CGO_ENABLED=0 GOFLAGS=-trimpath GOBIN="$bin" go install "$module"
  printf '%s' "$module" >"$marker"
done
