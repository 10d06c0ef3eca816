#!/usr/bin/env bash
# Proves that the gate can fail: a limit that no build can keep must end it with FAIL, and a measurement
# that is never valid with INVALID, after it was repeated.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# Neither case is about traces.
export AGENT=off

status=0
output=$("$ROOT/scripts/gate.sh" \
  --simulation Login --warmup 1 --duration 5 --rate 5 --set login.p95=1 --set foreign.cpu=400 --set lateness.p99=1000) || status=$?
# Something must be installed; the gate has said what.
((status != 69)) || exit 69
printf '%s\n' "$output"
if ((status != 1)) || ! grep -q '^FAIL ' <<<"$output" || ! grep -q '^  login .* OVER)' <<<"$output"; then
  echo "gate-bites: login.p95=1 ended with status $status, not with a broken limit." >&2
  exit 1
fi
echo "gate-bites: the gate failed with login.p95=1, as it must."

# The load generator always takes some processor time.
status=0
output=$("$ROOT/scripts/gate.sh" --simulation Login --rate 2 --warmup 1 --duration 3 --attempts 2 \
  --set generator.cpu=0 --set traces.full=0 --set login.connections=100) || status=$?
printf '%s\n' "$output"
attempts=$(grep -c '"attempt" : [12],' "$ROOT/loadtest/target/gate/report.json") || true
if ((status != 2 || attempts != 2)) || ! grep -q 'attempt 2 of 2: generator.cpu ' <<<"$output"; then
  echo "gate-bites: generator.cpu=0 ended with status $status after $attempts attempts, not with 2 after 2." >&2
  exit 1
fi
echo "gate-bites: the gate repeated a measurement that was not valid and ended with INVALID, as it must."
