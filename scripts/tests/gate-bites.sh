#!/usr/bin/env bash
# Proves that the gate can say no: a limit nothing can keep must fail it, and fail it as broken.
set -euo pipefail

status=0
output=$("$(dirname "${BASH_SOURCE[0]}")/../gate.sh" \
  --simulation Login --warmup 5 --duration 10 --rate 5 --set login.p95=1 --set foreign.cpu=400 --set lateness.p99=1000) || status=$?
printf '%s\n' "$output"
if ((status != 1)) || ! grep -q '^FAIL ' <<<"$output" || ! grep -q '^  login .* OVER)' <<<"$output"; then
  echo "gate-bites: login.p95=1 ended with status $status instead of a broken limit." >&2
  exit 1
fi
echo "gate-bites: the gate said no to login.p95=1, as it must."
