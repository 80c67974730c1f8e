#!/bin/sh
# Rebuilds policies/dist/policy.wasm from policies/remediation, or with --check compares what is committed:
# the digest of the sources always; where the compiler (opa) is there, also format, strict check, opa test and the bytes of the wasm.
# Usage: scripts/policy-bundle.sh [--check]
set -eu
cd "$(dirname "$0")/.."
exec node scripts/policy-bundle.mjs "$@"
