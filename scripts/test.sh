#!/usr/bin/env bash
# Every check of the project.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'END'
Usage: scripts/test.sh [--full | --dashboards]

Runs every check: formatting, Error Prone, architecture, unit and integration tests
(on a real PostgreSQL, a real Redis and the real OpenTelemetry agent), the shell
scripts' own checks, the alerts' tests (promtool), a smoke run of the load gate, and
its proof that it can fail.

  --full        also what takes longer: the mutants, the comparison of builds, the
                benchmark of the filters, the workflows (needs npm), the dashboards
  --dashboards  the dashboards only: every query of every board and rule, asked of a
                real Prometheus while the service runs under a load that is known,
                a trace in Zipkin's page, the compose file's linter (needs npm)
  --help        this text

Exit status: 0 all passed, 1 a check failed, 64 wrong usage, 69 something must be
installed.
END
}

full='' dashboards_only=''
case ${1:-} in
  '') ;;
  --full) full=1 ;;
  --dashboards) dashboards_only=1 ;;
  --help | -h) usage; exit 0 ;;
  *)
    printf 'Unknown option: %s\n\n' "$1" >&2
    usage >&2
    exit 64
    ;;
esac

# need COMMAND PACKAGE: installs a package where that is possible, and says so where it is not.
need() {
  command -v "$1" >/dev/null && return
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    echo "Installing $2 ..."
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$2"; } >/dev/null ||
      die 69 "$2 could not be installed: install it and run this again."
    return
  fi
  die 69 "$1 is missing: install the package $2 (only root can) and run this again."
}

# Brings promtool along. The package would start a server on a machine with systemd.
need_prometheus() {
  command -v prometheus >/dev/null && command -v promtool >/dev/null && return
  need promtool prometheus
  if [[ -d /run/systemd/system ]]; then systemctl disable --now --quiet prometheus prometheus-node-exporter || true; fi
}

step() {
  printf '\n== %s (%d s so far)\n' "$1" "$SECONDS"
}

find_jdk
find_maven
need_prometheus

alerts() {
  step "Alerts"
  "$ROOT/scripts/tests/alert-rules.sh"
}

dashboards() {
  need npm npm
  need chromium chromium

  step "TraceQL of the boards"
  "$ROOT/scripts/tests/traceql.sh"

  step "Every query of the boards and rules, asked of a real Prometheus"
  "$ROOT/scripts/tests/boards.sh"

  step "A login's trace in a viewer"
  "$ROOT/scripts/tests/traces-page.sh"

  step "The compose file, by its linter"
  "$ROOT/scripts/tests/compose-file.sh"
}

if [[ -n $dashboards_only ]]; then
  alerts
  dashboards
  printf '\nThe dashboards are right, in %d s.\n' "$SECONDS"
  exit
fi

need shellcheck shellcheck
need jq jq
need curl curl
need chromium chromium
need patch patch

step "Shell scripts"
(cd "$ROOT" && shellcheck --external-sources scripts/*.sh scripts/warmgate scripts/tests/*.sh scripts/gate/*.sh scripts/deploy-logs/*.sh service/docker/* .ci/run)
for script in "$ROOT"/scripts/*.sh "$ROOT/scripts/warmgate"; do
  [[ $script == */lib.sh || $script == */compose.sh ]] || "$script" --help >/dev/null || die 1 "$script --help failed"
done
"$ROOT/scripts/mutants.sh" --dry-run

alerts

step "Build, unit, architecture and integration tests"
# The runner's own closing lines are what a reader looks for; the full log is kept.
log="$ROOT/target/test.log"
mkdir -p "$ROOT/target"
if ! (cd "$ROOT" && mvn -B -ntp -Dstyle.color=never -Dgatling.skip verify) >"$log" 2>&1; then
  grep -E '^\[(ERROR|WARNING)\]|BUILD' "$log" | head -n 80
  die 1 "Tests failed; the whole log: target/test.log"
fi
grep -E 'Tests run:|Formatting is not checked|BUILD' "$log"

step "Load gate, smoke"
# What else runs on this machine is not its concern here, nor what that does to the load generator.
"$ROOT/scripts/gate.sh" --profile smoke --rate 5 --set foreign.cpu=400 --set lateness.p99=1000

step "The gate can fail"
"$ROOT/scripts/tests/gate-bites.sh"

if [[ -n $full ]]; then
  need npm npm
  step "Workflows"
  "$ROOT/scripts/tests/workflows.sh"

  step "The checks can fail"
  "$ROOT/scripts/mutants.sh"

  step "The comparison of builds tells the same from slower"
  "$ROOT/scripts/tests/gate-compares.sh"

  step "Nothing acknowledged is lost in three minutes of kill -9"
  (cd "$ROOT" && mvn -B -ntp -q -Dstyle.color=never verify -Dgatling.skip -Dtest=ReadmeTest -Dit.test=ChaosIT \
    -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false \
    -Dchaos.seconds=180)

  step "What the filters cost"
  "$ROOT/scripts/gate.sh" --bench filters

  dashboards
fi

printf '\nAll checks passed in %d s.\n' "$SECONDS"
