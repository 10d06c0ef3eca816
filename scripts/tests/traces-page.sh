#!/usr/bin/env bash
# Opens a login's trace in Zipkin's page and checks the order of its filters there.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

require chromium
find_jdk
find_maven
fetch_zipkin
integration_test TracesPageCheck -pl service,loadtest
echo "Zipkin shows the filters of a login in order: loadtest/target/zipkin-login.png"
