# Functions that the scripts share; sourced, never run.
# shellcheck shell=bash

# With CDPATH, cd would print a directory, and perhaps go to another one.
unset CDPATH
# The root of the checkout, independent of the working directory.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
STACK_JAR="$ROOT/loadtest/target/stack.jar"
# Numbers in reports have a decimal point, whatever the locale of the machine.
ENGLISH=(-Duser.language=en -Duser.country=US)

# die STATUS MESSAGE: 64 for wrong usage, 69 if something must be installed, 1 otherwise.
die() {
  printf '%s\n' "$2" >&2
  exit "$1"
}

# require COMMAND...: exits if one of the commands is not installed.
require() {
  local command
  for command; do
    command -v "$command" >/dev/null || die 69 "${0##*/} needs $command: install it."
  done
}

# temporary_directory NAME: creates a directory and prints its path.
temporary_directory() {
  mktemp -d "${TMPDIR:-/tmp}/warmgate-$1.XXXXXX" 2>/dev/null ||
    die 69 "Cannot create a directory in ${TMPDIR:-/tmp}: make room there, or set TMPDIR to another one."
}

# npm_install DIRECTORY PACKAGE: runs no install scripts, which would be code of any dependency.
npm_install() {
  npm install --prefix "$1" --ignore-scripts --no-audit --no-fund --silent "$2" >/dev/null ||
    die 1 "npm could not install $2."
}

# npm_ci FROM TO: installs into TO what the lock file in FROM names, unless it is there. Runs no install
# scripts either.
npm_ci() {
  if cmp -s "$1/package-lock.json" "$2/node_modules/.installed"; then return; fi
  mkdir -p "$2"
  cp "$1/package.json" "$1/package-lock.json" "$2"
  npm ci --prefix "$2" --ignore-scripts --no-audit --no-fund --silent >/dev/null ||
    die 1 "npm could not install what $1/package-lock.json names."
  cp "$1/package-lock.json" "$2/node_modules/.installed"
}

# argon2_sources DIRECTORY: downloads the sources of libargon2 20190702 and prints their path. They come
# with a package of npm, whose own code is not used.
argon2_sources() {
  local package=argon2-0.45.1 sum=b249befd60a3906a8243117b146d4bb995cce72bdb16381b7e2086b2e776a0b8
  sum+=1a0e187a6fa75b1f46f51248216ccfb1c78063f00a5ef8a2a08b1a0895666271
  (cd "$1" && npm pack --silent "${package/-/@}" >/dev/null) || die 1 "npm could not download $package."
  echo "$sum  $1/$package.tgz" | sha512sum --check --status || die 1 "$package.tgz is not the expected file."
  tar -xzf "$1/$package.tgz" -C "$1"
  echo "$1/package/argon2"
}

# check_port OPTION VALUE: exits if the value is not a port number.
check_port() {
  if ! [[ $2 =~ ^[0-9]{1,5}$ ]] || ((10#$2 > 65535)); then
    die 64 "$1 needs a port number, not '$2'."
  fi
}

# check_key_file OPTION FILE: exits unless the file holds a key that other users cannot read or write.
check_key_file() {
  if [[ ! -r ${2:-} || ! (-f $2 || -p $2) ]]; then
    die 64 "$1 needs a file that can be read, not '${2:-}'."
  fi
  if [[ -n $(find -L "$2" -prune \( -perm -004 -o -perm -002 \)) ]]; then
    die 64 "$1 names a file that others can read or write; run: chmod o-rw $2"
  fi
}

is_jdk_25() {
  # With JAVA_TOOL_OPTIONS set, the JVM prints another line first.
  [[ -x "$1/bin/javac" && $'\n'"$("$1/bin/javac" -version 2>&1)" == *$'\njavac 25'* ]]
}

# Exports JAVA_HOME of a JDK 25: the given, an installed one, or the one on the PATH.
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
  die 69 "Warmgate needs JDK 25: install it (for example Temurin 25), or set JAVA_HOME to it."
}

find_maven() {
  command -v mvn >/dev/null || die 69 "Warmgate needs Maven 3.8 or newer (mvn): install it."
}

maven() {
  # The flags silence JVM warnings about Maven's own libraries.
  (cd "$ROOT" && MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow \
--enable-native-access=ALL-UNNAMED" mvn -B -ntp -q -Dstyle.color=never "$@")
}

# integration_test NAME ARGUMENT...: runs this integration test and no other.
integration_test() {
  # Maven would also judge the reports of tests that ran before.
  rm -rf "$ROOT"/*/target/failsafe-reports
  maven -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test="$1" \
    -Dfailsafe.failIfNoSpecifiedTests=false verify "${@:2}"
}

# changed_since STAMP PATH...: whether a path is newer than the stamp. A deletion counts, because it
# changes the directory.
changed_since() {
  [[ ! -e $1 || -n "$(find "${@:2}" -newer "$1" -print 2>/dev/null | head -n 1)" ]]
}

# build: builds the service and the load tools if something changed.
build() {
  local begin=$SECONDS stamp="$ROOT/loadtest/target/built"
  if [[ -e "$ROOT/service/target/warmgate.jar" && -e $STACK_JAR ]] && ! changed_since "$stamp" \
    "$ROOT/pom.xml" "$ROOT/service/pom.xml" "$ROOT/service/src/main" \
    "$ROOT/loadtest/pom.xml" "$ROOT/loadtest/src/main"; then
    return 0
  fi
  echo "Building (the first build also downloads the libraries) ..."
  # The stamp dates from before the build, so that a change during it triggers another build.
  mkdir -p "$ROOT/loadtest/target" && : >"$stamp.new" || return
  maven -pl service,loadtest package -Dmaven.test.skip=true || return
  mv "$stamp.new" "$stamp"
  echo "Built in $((SECONDS - begin)) s."
}

# Exports ZIPKIN_JAR, the path of Zipkin's server; downloads it from Maven Central on first use.
fetch_zipkin() {
  ZIPKIN_JAR="$ROOT/loadtest/target/zipkin-server.jar"
  if changed_since "$ZIPKIN_JAR" "$ROOT/pom.xml"; then
    echo "Downloading Zipkin's server (86 MB, once) ..."
    maven -pl loadtest dependency:copy@zipkin
    touch "$ZIPKIN_JAR"
  fi
  export ZIPKIN_JAR
}

# stack ARGUMENT...: replaces the shell with the runner of the stack, which needs little memory.
stack() {
  exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx128m --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow -Dslf4j.internal.verbosity=ERROR "${ENGLISH[@]}" \
    -cp "$STACK_JAR:$(<"$ROOT/loadtest/target/stack.classpath")" dev.warmgate.loadtest.stack.StackCommand "$@"
}

# tool [JVM_OPTION]... CLASS [ARGUMENT]...: replaces the shell with one of the load tools, so that a
# signal reaches the program itself. Give it little memory: it shares the machine with what it measures.
tool() {
  exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow -Dslf4j.internal.verbosity=ERROR "${ENGLISH[@]}" -Dwarmgate.root="$ROOT" \
    -cp "$STACK_JAR:$(<"$ROOT/loadtest/target/tools.classpath")" "$@"
}

# wait_ready PID LOG: prints the log until the stack is ready; fails if the process ends first.
wait_ready() {
  local shown=0 size ready='' alive=1
  while [[ $alive && ! $ready ]]; do
    # Checked before the log is printed, so that its last lines are printed as well.
    kill -0 "$1" 2>/dev/null || alive=''
    # The example is the last output of a start.
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
