#!/usr/bin/env bash
# Checks the recording rules, the alerts and Prometheus' configuration, and runs the tests of the alerts.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

require promtool
work=$(temporary_directory alerts)
trap 'rm -rf "$work"' EXIT
cd "$ROOT/dashboards/prometheus"
promtool check rules recording-rules.yml alerts.yml
promtool test rules alerts-test.yml
# Prometheus 2 does not know the section otlp, so only the rest of the file is checked.
cp ./*.yml "$work"
awk '/^[a-z]/ { skipped = /^otlp:/ } !skipped' prometheus.yml >"$work/prometheus.yml"
promtool check config "$work/prometheus.yml"
# Proves that the tests can fail.
sed -i 's/le="1.5"/le="1.0"/' "$work/recording-rules.yml"
! (cd "$work" && promtool test rules alerts-test.yml) >/dev/null 2>&1 ||
  die 1 "The tests do not notice that the bound of 1.5 s has changed."
