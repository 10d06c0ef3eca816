#!/usr/bin/env bash
# Runs every check of the project.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'END'
Usage: scripts/test.sh [--full | --dashboards]

Runs the checks: formatting, Error Prone, architecture, unit and integration tests (with
a real PostgreSQL, a real Redis and the real OpenTelemetry agent), the shell scripts, the
alerts (promtool), a smoke run of the load gate, and a proof that the gate can fail.

  --full        also run the slow checks: the mutants, the comparison of builds, the
                chaos test, the benchmark of the filters, the workflows (needs npm), the
                dashboards
  --dashboards  check only the dashboards: every query of every board and rule against a
                real Prometheus and a known load, a trace in Zipkin's page, and the
                compose file (needs npm)
  --help        show this text

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

# need COMMAND PACKAGE: installs the package if the command is missing, or explains what to install.
need() {
  command -v "$1" >/dev/null && return
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    echo "Installing $2 ..."
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$2"; } >/dev/null ||
      die 69 "Could not install $2: install it and try again."
    return
  fi
  die 69 "$1 is missing: install the package $2 (as root) and try again."
}

# Installs Prometheus and promtool; disables the server that the package starts under systemd.
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

  step "TraceQL queries of the boards"
  "$ROOT/scripts/tests/traceql.sh"

  step "Queries of the boards and rules against a real Prometheus"
  "$ROOT/scripts/tests/boards.sh"

  step "A login's trace in Zipkin"
  "$ROOT/scripts/tests/traces-page.sh"

  step "Compose file"
  "$ROOT/scripts/tests/compose-file.sh"
}

if [[ -n $dashboards_only ]]; then
  alerts
  dashboards
  printf '\nThe dashboards passed in %d s.\n' "$SECONDS"
  exit
fi

need shellcheck shellcheck
need jq jq
need curl curl
need chromium chromium
need patch patch

step "Shell scripts"
(cd "$ROOT" && shellcheck --external-sources scripts/*.sh scripts/warmgate scripts/tests/*.sh scripts/gate/*.sh scripts/deploy-logs/*.sh service/docker/* .ci/run)
"$ROOT/scripts/tests/scripts-run-anywhere.sh"
"$ROOT/scripts/mutants.sh" --dry-run

alerts

step "Build, unit, architecture and integration tests"
# Only Maven's summary is shown; the full log is kept.
log="$ROOT/target/test.log"
mkdir -p "$ROOT/target"
if ! (cd "$ROOT" && mvn -B -ntp -Dstyle.color=never -Dgatling.skip verify) >"$log" 2>&1; then
  grep -E '^\[(ERROR|WARNING)\]|BUILD' "$log" | head -n 80
  die 1 "Tests failed; full log: target/test.log"
fi
grep -E 'Tests run:|Formatting is not checked|BUILD' "$log"

step "Load gate, smoke profile"
# Other load on this machine, and its effect on the load generator, must not fail the tests.
"$ROOT/scripts/gate.sh" --profile smoke --rate 5 --set foreign.cpu=400 --set lateness.p99=1000

step "Proof that the gate can fail"
"$ROOT/scripts/tests/gate-bites.sh"

if [[ -n $full ]]; then
  need npm npm
  step "Workflows"
  "$ROOT/scripts/tests/workflows.sh"

  step "Proof that the checks can fail"
  "$ROOT/scripts/mutants.sh"

  step "Proof that the comparison detects a slower build"
  "$ROOT/scripts/tests/gate-compares.sh"

  step "Three minutes of random kills lose nothing acknowledged"
  (cd "$ROOT" && mvn -B -ntp -q -Dstyle.color=never verify -Dgatling.skip -Dtest=ReadmeTest -Dit.test=ChaosIT \
    -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false \
    -Dchaos.seconds=180)

  step "Cost of the filters"
  "$ROOT/scripts/gate.sh" --bench filters

  dashboards
fi

printf '\nAll checks passed in %d s.\n' "$SECONDS"
