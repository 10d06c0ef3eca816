#!/usr/bin/env bash
# Proves that the gate repeats a measurement that is not valid, and says so when it never is.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# This is not about traces.
export AGENT=off
status=0
# The load generator always takes some processor time.
output=$("$ROOT/scripts/gate.sh" --simulation Login --rate 2 --warmup 1 --duration 3 --attempts 2 \
  --set generator.cpu=0 --set traces.full=0 --set login.connections=100) || status=$?
printf '%s\n' "$output"
attempts=$(grep -c '"attempt" : [12],' "$ROOT/loadtest/target/gate/report.json") || true
if ((status != 2 || attempts != 2)) || ! grep -q 'attempt 2 of 2: generator.cpu ' <<<"$output"; then
  echo "gate-repeats: generator.cpu=0 ended with status $status after $attempts attempts, not with 2 after 2." >&2
  exit 1
fi
echo "gate-repeats: the gate repeated a measurement that was not valid and ended with INVALID, as it must."
