#!/usr/bin/env bash
# Runs an integration test of each feature with PgBouncer in transaction mode between the service and
# PostgreSQL.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

require pgbouncer
find_jdk
find_maven
rm -rf "$ROOT"/service/target/failsafe-reports
log="$ROOT/target/pooler.log"
mkdir -p "$ROOT/target"
(cd "$ROOT" && mvn -B -ntp -Dstyle.color=never -pl service -Pquick verify -Dtest=none \
  -Dsurefire.failIfNoSpecifiedTests=false -Dtests.pooler=true) >"$log" 2>&1 || {
  grep -E '^\[ERROR\]' "$log" | head -n 40
  die 1 "The full log: target/pooler.log"
}
grep -E 'Tests run:[^T]*$' "$log" | tail -n 1
