#!/usr/bin/env bash
# Runs the service under a load that is known, a Prometheus that scrapes it, and every query of the
# boards and rules: each must say what the load was.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

find_jdk
find_maven
build test
"$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx192m --sun-misc-unsafe-memory-access=allow \
  -Dslf4j.internal.verbosity=ERROR \
  -cp "$ROOT/loadtest/target/test-classes:$ROOT/loadtest/target/classes:$(<"$ROOT/loadtest/target/test.classpath")" \
  dev.warmgate.dashboards.BoardsCheck "$ROOT"
