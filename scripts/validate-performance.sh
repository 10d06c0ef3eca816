#!/usr/bin/env bash
# Says whether a running Warmgate, local or deployed, is fast, in order and ready.
set -euo pipefail

usage() {
  cat <<'END'
Usage: scripts/validate-performance.sh --url URL [--service-key KEY] [--no-login]
                                       [--json] [--junit FILE] [--timeout SECONDS]

Asks a running Warmgate as its clients do, and judges: health, ping (connection reused
and new), the order of the filters and the bypasses, JWKS, logins with an account that
is deleted afterwards, a warm token, and with a service key the database. What the
network takes is measured and taken off.

  --url URL          http(s)://host, with a base path if there is one
  --service-key KEY  for the database figures (or WARMGATE_SERVICE_KEY)
  --no-login         make no account and log nobody in
  --json             print JSON instead of the table
  --junit FILE       also write JUnit's XML
  --timeout SECONDS  for each answer (10)
  --help             this text

Exit status: 0 all passed, 1 something failed, 2 unreachable or no Warmgate, 64 usage.
END
}

for argument in "$@"; do
  case $argument in
    --help | -h) usage; exit 0 ;;
  esac
done
exec "$(dirname "${BASH_SOURCE[0]}")/warmgate" validate "$@"
