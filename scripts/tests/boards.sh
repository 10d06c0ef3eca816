#!/usr/bin/env bash
# Runs every query of the boards and rules against a Prometheus that scrapes the service under a known
# load: each result must match the load.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

require prometheus
find_jdk
find_maven
build test
"$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx192m --sun-misc-unsafe-memory-access=allow \
  -Dslf4j.internal.verbosity=ERROR \
  -cp "$ROOT/loadtest/target/test-classes:$ROOT/loadtest/target/classes:$(<"$ROOT/loadtest/target/test.classpath")" \
  dev.warmgate.dashboards.BoardsCheck "$ROOT"
