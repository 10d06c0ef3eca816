#!/usr/bin/env bash
# Checks that a running Warmgate, local or deployed, is ready, fast and in order.
set -euo pipefail

usage() {
  cat <<'END'
Usage: scripts/validate-performance.sh --url URL [--service-key-file FILE] [--no-login]
                                       [--json] [--junit FILE] [--timeout SECONDS]

Sends requests to a running Warmgate as its clients do, and checks: health, ping (on a
reused and on a new connection), the order of the filters and the bypasses, JWKS, logins
with an account that is deleted afterwards, a cached token, and, with a service key, the
database. The network latency is measured and subtracted.

  --url URL                http(s)://host, with a base path if there is one
  --service-key-file FILE  with the key for the database figures (or set
                           WARMGATE_SERVICE_KEY)
  --no-login               create no account and do not log in
  --json                   print JSON instead of the table
  --junit FILE             also write JUnit XML
  --timeout SECONDS        limit for each answer (default 10)
  --help                   show this text

Exit status: 0 all passed, 1 something failed, 2 unreachable or not Warmgate, 64 wrong
usage.
END
}

for argument in "$@"; do
  case $argument in
    --help | -h) usage; exit 0 ;;
  esac
done
exec "$(dirname "${BASH_SOURCE[0]}")/warmgate" validate "$@"
