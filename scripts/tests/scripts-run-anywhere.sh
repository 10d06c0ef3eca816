#!/usr/bin/env bash
# Checks that the scripts work from any directory, in a checkout whose path has a space, and as another
# user, and that each names in one line what is missing. Builds and starts nothing.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# shellcheck source-path=SCRIPTDIR source=../telemetry.sh
source "$ROOT/scripts/telemetry.sh"

work=$(temporary_directory anywhere)
trap 'rm -rf "$work"' EXIT
checkout="$work/a checkout"
mkdir "$checkout" "$work/bin"
(cd "$ROOT" && tar cf - --exclude=target .github dashboards docker-compose.yml pom.xml service loadtest/pom.xml scripts) |
  tar xf - -C "$checkout"
chmod -R a+rX "$work"

# The commands of this machine, from which a check removes the one that is to be missing.
IFS=: read -ra directories <<<"$PATH"
for directory in "${directories[@]}"; do
  ln -s "$directory"/* "$work/bin" 2>/dev/null || true
done

wrong() {
  printf 'scripts-run-anywhere: %s\n' "$1" >&2
  [[ ! -s $work/out ]] || head -n 5 "$work/out" >&2
  exit 1
}

# other_user COMMAND...: runs it as nobody, if this user may do that.
other_user() {
  if [[ $(id -u) == 0 ]]; then
    setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/nonexistent "$@"
  else
    "$@"
  fi
}

# refuses NAMED COMMAND...: the command must exit with 69 and one line that contains the name.
refuses() {
  local status=0
  timeout 10 "${@:2}" >"$work/out" 2>&1 </dev/null || status=$?
  if ((status != 69 || $(wc -l <"$work/out") != 1)) || ! grep -qiF -e "$1" "$work/out"; then
    wrong "'${*:2}' ended with $status, not with 69 and one line about $1."
  fi
}

# lacks COMMAND SCRIPT [ARGUMENT...]: the script must refuse to run without the command.
lacks() {
  rm -f "$work/bin/$1"
  refuses "$1" env PATH="$work/bin" JAVA_HOME="$JAVA_HOME" "$checkout/scripts/$2" "${@:3}"
  ln -s "$(command -v "$1" || echo /nonexistent)" "$work/bin/$1"
}

find_jdk
for path in "$checkout"/scripts/*.sh "$checkout/scripts/warmgate"; do
  script=${path##*/}
  [[ $script != lib.sh && $script != compose.sh && $script != telemetry.sh ]] || continue
  (cd / && other_user "$path" --help) >"$work/out" 2>&1 || wrong "$script --help fails as another user in /."
  (cd "$checkout" && CDPATH=".:/" "scripts/$script" --help) >"$work/out" 2>&1 ||
    wrong "$script --help fails with CDPATH."
  grep -q '^Usage: ' "$work/out" || wrong "$script --help does not begin with its usage."
done
(cd / && other_user "$checkout/scripts/mutants.sh" --dry-run) >"$work/out" 2>&1 ||
  wrong "mutants.sh --dry-run fails as another user in /."

JAVA_TOOL_OPTIONS=-Dnothing=1 is_jdk_25 "$JAVA_HOME" || wrong "JAVA_TOOL_OPTIONS hides the JDK."

# misuses NAMED FILE: the gate must refuse the file as that of a service key, in one line.
misuses() {
  local status=0
  "$checkout/scripts/gate.sh" --url http://127.0.0.1:1 --rate 1 --service-key-file "$2" >"$work/out" 2>&1 || status=$?
  if ((status != 64 || $(wc -l <"$work/out") != 1)) || ! grep -qF -e "--service-key-file $1" "$work/out"; then
    wrong "gate.sh takes '$2' for the file of a service key ($status)."
  fi
}

printf 'wg_sk_x\n' >"$work/key"
for mode in 604 602 644; do
  chmod "$mode" "$work/key"
  misuses 'names a file that others' "$work/key"
done
printf '\n' >"$work/key" && chmod 600 "$work/key"
misuses 'names an empty file' "$work/key"
misuses 'needs a file' "$work"
misuses 'needs a file' ''
rm "$work/key"

for script in run.sh gate.sh mutants.sh warmgate\ keys test.sh tests/boards.sh tests/dockerfile-steps.sh \
  tests/gate-bites.sh; do
  read -ra command <<<"$script"
  lacks mvn "${command[@]}"
done
lacks docker run.sh --compose
lacks patch mutants.sh --dry-run
lacks git mutants.sh
lacks git gate.sh --baseline HEAD
lacks git tests/gate-compares.sh
lacks jq check-fe-deploy-logs.sh --file pom.xml
lacks curl check-fe-deploy-logs.sh --api graphql
lacks jq tests/containers.sh
# Which test.sh prints when it skips them.
rm -f "$work/bin/npm"
[[ $(PATH="$work/bin" "$checkout/scripts/tests/containers.sh" --possible 2>/dev/null || true) == *npm* ]] ||
  wrong "tests/containers.sh gives no reason without npm."
ln -s "$(command -v npm || echo /nonexistent)" "$work/bin/npm"
lacks promtool tests/alert-rules.sh
lacks prometheus tests/boards.sh
lacks chromium tests/traces-page.sh
for script in compose-file supabase-clients traceql workflows; do
  lacks npm "tests/$script.sh"
done
# As root, test.sh installs what it needs.
rm -f "$work/bin/apt-get"
lacks shellcheck test.sh

# takes NAME PROGRAM OUTPUT: whether run.sh --telemetry takes a program that says this of its version.
takes() {
  mkdir -p "$work/programs"
  printf '#!/bin/sh\necho '"'%s'"'\n' "$3" >"$work/programs/$2"
  chmod +x "$work/programs/$2"
  [[ -n $(PATH="$work/programs:/usr/bin:/bin" installed "$1") ]]
}

takes collector otelcol-contrib 'otelcol-contrib version 0.161.0' || wrong "The collector in builder.yml is refused."
takes collector otelcol-contrib 'otelcol-contrib version 0.200.0' || wrong "A newer collector is refused."
! takes collector otelcol-contrib 'otelcol-contrib version 0.99.0' || wrong "An old collector is taken."
takes jaeger jaeger '{"gitCommit":"x","gitVersion":"v2.11.0","buildDate":"y"}' || wrong "Jaeger 2 is refused."
! takes jaeger jaeger '{"gitVersion":"v1.60.0"}' || wrong "Jaeger 1 is taken."
! takes prometheus prometheus 'prometheus, version 2.42.0+ds' || wrong "Prometheus 2 is taken."

# A java that prints its environment shows which one a command gets while a stack runs.
mkdir -p "$checkout/service/target" "$checkout/.local" "$work/jdk/bin"
touch "$checkout/service/target/warmgate.jar"
printf '#!/bin/sh\necho javac 25\n' >"$work/jdk/bin/javac"
printf '#!/bin/sh\nenv\n' >"$work/jdk/bin/java"
chmod +x "$work"/jdk/bin/*
printf '%s\n' "DATABASE_URL='the stack'" "SMTP_URL='the stack'" "WARMGATE_REFRESH_KEYS='the stack'" >"$checkout/.local/stack.env"

# gets EXPECTED [VARIABLE=VALUE]...: a command started with these variables must get this of the stack's three.
gets() {
  local got
  env -u DATABASE_URL -u MIGRATION_DATABASE_URL -u SMTP_URL -u WARMGATE_REFRESH_KEYS JAVA_HOME="$work/jdk" "${@:2}" \
    "$checkout/scripts/warmgate" keys >"$work/out" 2>&1 || wrong "warmgate fails with ${*:2}."
  got=$(sed -nE 's/^(WARMGATE_)?(DATABASE|SMTP|REFRESH)_(URL|KEYS)=/\2=/p' "$work/out" | LC_ALL=C sort | paste -sd, -)
  [[ $got == "$1" ]] || wrong "warmgate with '${*:2}' gets $got, not $1."
}
gets 'DATABASE=the stack,REFRESH=the stack,SMTP=the stack'
gets 'DATABASE=the stack,REFRESH=the stack,SMTP=the stack' DATABASE_URL= SMTP_URL=' '
gets 'DATABASE=the stack,REFRESH=the stack,SMTP=mine' SMTP_URL=mine WARMGATE_REFRESH_KEYS=mine
gets 'DATABASE=mine' DATABASE_URL=mine
gets 'DATABASE=mine,SMTP=mine' DATABASE_URL=mine SMTP_URL=mine
gets '' MIGRATION_DATABASE_URL=mine

for script in mutants.sh tests/alert-rules.sh tests/compose-file.sh tests/dockerfile-steps.sh tests/gate-compares.sh \
  tests/supabase-clients.sh tests/traceql.sh tests/workflows.sh; do
  refuses "$work/none" env TMPDIR="$work/none" "$checkout/scripts/$script"
done
echo "The scripts work from any directory and name what is missing."
