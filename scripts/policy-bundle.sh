#!/bin/sh
# Rebuilds policies/dist/policy.wasm from policies/remediation, or with --check compares what is committed:
# the digest of the sources always, the bytes of the wasm where the compiler (opa) is there.
# Usage: scripts/policy-bundle.sh [--check]
set -eu
cd "$(dirname "$0")/.."
exec node scripts/policy-bundle.mjs "$@"
