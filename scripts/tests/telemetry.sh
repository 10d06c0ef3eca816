#!/usr/bin/env bash
# Runs the collector, Prometheus 3 and Jaeger beside the service: every query of the boards and rules
# must show a known load, exemplars must lead to traces, and the right traces must be kept.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../telemetry.sh
source "$ROOT/scripts/telemetry.sh"

find_telemetry
find_jdk
find_maven
integration_test TelemetryCheck,CollectorCheck -pl service,loadtest
