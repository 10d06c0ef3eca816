# Shared by the scripts beside it; sourced, never run.
# shellcheck shell=bash

# The checkout, wherever the script was called from.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
STACK_JAR="$ROOT/loadtest/target/stack.jar"

# die STATUS MESSAGE: 64 wrong usage, 69 something must be installed, 1 anything else.
die() {
  printf '%s\n' "$2" >&2
  exit "$1"
}

# check_port OPTION VALUE
check_port() {
  if ! [[ $2 =~ ^[0-9]{1,5}$ ]] || ((10#$2 > 65535)); then
    die 64 "$1 needs a port number, not '$2'."
  fi
}

is_jdk_25() {
  [[ -x "$1/bin/javac" && "$("$1/bin/javac" -version 2>&1)" == "javac 25"* ]]
}

# Exports JAVA_HOME of a JDK 25: the given one, an installed one, or the one on the PATH.
find_jdk() {
  local home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* \
    "$(/usr/libexec/java_home -v 25 2>/dev/null || true)" \
    "$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p' || true)"; do
    if [[ -n $home ]] && is_jdk_25 "$home"; then
      export JAVA_HOME=$home
      return
    fi
  done
  die 69 "Warmgate needs a JDK 25: install one (for example Temurin 25) or set JAVA_HOME to it."
}

find_maven() {
  command -v mvn >/dev/null || die 69 "Warmgate needs Maven 3.8 or newer: install it (mvn)."
}

maven() {
  # The flags silence warnings about libraries of Maven itself.
  (cd "$ROOT" && MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow \
--enable-native-access=ALL-UNNAMED" mvn -B -ntp -q -Dstyle.color=never "$@")
}

# changed_since STAMP PATH...: deleting a file counts, for its directory changes.
changed_since() {
  [[ ! -e $1 || -n "$(find "${@:2}" -newer "$1" -print 2>/dev/null | head -n 1)" ]]
}

# build main|test: if anything changed; "test" includes the load test's simulations.
build() {
  local begin=$SECONDS started stamp="$ROOT/loadtest/target/built-$1"
  local sources=src/main skip=-Dmaven.test.skip=true
  if [[ $1 == test ]]; then
    sources=src skip=-DskipTests
  fi
  if [[ -e "$ROOT/service/target/warmgate.jar" && -e $STACK_JAR ]] && ! changed_since "$stamp" \
    "$ROOT/pom.xml" "$ROOT/service/pom.xml" "$ROOT/service/src/main" \
    "$ROOT/loadtest/pom.xml" "$ROOT/loadtest/$sources"; then
    return 0
  fi
  echo "Building (the first time Maven also downloads the libraries) ..."
  # Made before the build, so that what changes meanwhile is built the next time.
  started=$(mktemp)
  if ! maven -pl service,loadtest package "$skip"; then
    rm -f "$started"
    return 1
  fi
  touch -r "$started" "$stamp"
  rm -f "$started"
  echo "Built in $((SECONDS - begin)) s."
}

# Exports ZIPKIN_JAR: Zipkin's server, from Maven Central when it is first asked for.
fetch_zipkin() {
  ZIPKIN_JAR="$ROOT/loadtest/target/zipkin-server.jar"
  if changed_since "$ZIPKIN_JAR" "$ROOT/pom.xml"; then
    echo "Fetching Zipkin's server (86 MB, once) ..."
    maven -pl loadtest dependency:copy@zipkin
    touch "$ZIPKIN_JAR"
  fi
  export ZIPKIN_JAR
}

# The runner of the stack; it needs little.
stack() {
  exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx128m \
    --sun-misc-unsafe-memory-access=allow -Dslf4j.internal.verbosity=ERROR -jar "$STACK_JAR" "$@"
}

# wait_ready PID LOG: shows the growing log until the stack is ready; fails if its process ends.
wait_ready() {
  local shown=0 size ready='' alive=1
  while [[ $alive && ! $ready ]]; do
    # Looked at before the log is shown, so that its last lines are shown too.
    kill -0 "$1" 2>/dev/null || alive=''
    # The example is printed last.
    if grep -q '^  curl ' "$2"; then ready=1; fi
    size=$(wc -c <"$2")
    if ((size > shown)); then
      tail -c "+$((shown + 1))" "$2" | head -c "$((size - shown))"
      shown=$size
    fi
    sleep 0.2
  done
  [[ $ready ]]
}
