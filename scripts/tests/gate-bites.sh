#!/usr/bin/env bash
# Proves that the gate can fail: a limit that no build can keep must end it with FAIL.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# This is not about traces. It records the start-up cache for the checks that come later.
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
