#!/usr/bin/env bash
# Runs every query of the boards and rules against a Prometheus that scrapes the service under a known
# load: each result must match the load.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

require prometheus
find_jdk
find_maven
integration_test BoardsCheck -pl service,loadtest
