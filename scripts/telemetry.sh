# The programs of run.sh --telemetry: installed ones, or built with Go; sourced, never run.
# shellcheck shell=bash

# The collector's components are pinned in dashboards/collector/builder.yml.
COLLECTOR_BUILDER=go.opentelemetry.io/collector/cmd/builder@v0.161.0
# Prometheus 3.14; Go numbers its modules so.
PROMETHEUS=github.com/prometheus/prometheus/cmd/prometheus@v0.314.0
JAEGER=github.com/jaegertracing/jaeger/cmd/jaeger@v1.76.0

# shellcheck disable=SC2034 # test.sh prints it, too.
TELEMETRY_NEEDS="Go 1.21 or newer, which fetches the release that it needs (https://go.dev/dl), or otelcol-contrib (of the version in builder.yml or newer), prometheus 3 and jaeger 2 on the PATH"

# can_find_telemetry: whether each program is installed, or can be built because Go is.
can_find_telemetry() {
  local name
  for name in collector prometheus jaeger; do
    [[ -n $(installed "$name") ]] || find_go || return 1
  done
}

# find_telemetry: exports TELEMETRY_PROGRAMS, a directory with the programs collector, prometheus and
# jaeger; builds what is not installed.
find_telemetry() {
  can_find_telemetry || die 69 "${0##*/} needs $TELEMETRY_NEEDS."
  export TELEMETRY_PROGRAMS="$ROOT/.local/programs"
  (umask 077 && mkdir -p "$TELEMETRY_PROGRAMS")
  local name
  for name in collector prometheus jaeger; do provide "$name"; done
}

# installed NAME: prints the path of the program if one of the right version is on the PATH.
installed() {
  case $1 in
    # Older ones lack settings of collector.yml, or count under other names.
    collector) is_recent "$(otelcol-contrib --version 2>/dev/null)" && command -v otelcol-contrib ;;
    # Debian has Prometheus 2, which does not take OTLP.
    prometheus) prometheus --version 2>&1 | grep -q '^prometheus, version 3\.' && command -v prometheus ;;
    # The first Jaeger takes another configuration.
    jaeger) jaeger version 2>/dev/null | grep -qi '"gitVersion": *"v2\.' && command -v jaeger ;;
  esac || true
}

# is_recent TEXT: whether the version of the collector in the text is that in builder.yml or newer.
is_recent() {
  local wanted found
  wanted=$(sed -nE 's/.*tailsamplingprocessor v//p' "$ROOT/dashboards/collector/builder.yml")
  found=$(grep -oE '[0-9]+\.[0-9]+\.[0-9]+' <<<"$1" | head -n 1)
  [[ -n $found && $(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1) == "$wanted" ]]
}

find_go() {
  PATH="$PATH:/usr/local/go/bin"
  command -v go >/dev/null
}

# provide NAME: puts a link to the installed program into TELEMETRY_PROGRAMS, or builds it if its
# version has changed.
provide() {
  local program="$TELEMETRY_PROGRAMS/$1" found version
  found=$(installed "$1")
  if [[ -n $found ]]; then
    ln -sfn "$found" "$program"
    return
  fi
  version=$(version_of "$1")
  if [[ -x $program && ! -L $program && -e $program.version && $(<"$program.version") == "$version" ]]; then return; fi
  echo "Building $1 (once; it takes some minutes and downloads its sources) ..."
  local work
  work=$(temporary_directory "$1")
  rm -f "$program"
  if ! (cd "$work" && "build_$1" "$program") >"$TELEMETRY_PROGRAMS/$1.log" 2>&1; then
    rm -rf "$work"
    die 1 "Go could not build $1; see $TELEMETRY_PROGRAMS/$1.log."
  fi
  rm -rf "$work"
  printf '%s\n' "$version" >"$program.version"
}

version_of() {
  case $1 in
    collector) cat "$ROOT/dashboards/collector/builder.yml" && echo "$COLLECTOR_BUILDER" ;;
    prometheus) echo "$PROMETHEUS" ;;
    jaeger) echo "$JAEGER" ;;
  esac
}

# The builder runs in an empty directory; `go install` would refuse modules that replace others.
go_build() {
  go mod init build && go get "$1" && go build -trimpath "${@:3}" -o "$2" "${1%@*}"
}

# shellcheck disable=SC2317 # provide calls it, like the next two.
build_collector() {
  go_build "$COLLECTOR_BUILDER" "$PWD/builder" &&
    ./builder --config="$ROOT/dashboards/collector/builder.yml" && mv collector/collector "$1"
}

# Without the ways to discover targets in clouds, which make up most of it.
# shellcheck disable=SC2317
build_prometheus() {
  go_build "$PROMETHEUS" "$1" -tags remove_all_sd
}

# shellcheck disable=SC2317
build_jaeger() {
  go_build "$JAEGER" "$1"
}
