#!/usr/bin/env bash
# Runs Warmgate and its dependencies on this machine.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=compose.sh
source "$ROOT/scripts/compose.sh"
# shellcheck source-path=SCRIPTDIR source=telemetry.sh
source "$ROOT/scripts/telemetry.sh"

usage() {
  cat <<'END'
Usage: scripts/run.sh [--port 8080] [--admin-port 8081] [--fresh] [--traces] [--telemetry]
                      [--detach | --stop]
       scripts/run.sh --compose [--port 8080] [--admin-port 8081] [--fresh | --stop]

Builds what changed and starts Warmgate with its own PostgreSQL and Redis and with the
OpenTelemetry agent, reachable from this machine only. Data, secrets and logs are kept
in .local/. Ctrl-C stops everything. A mail server delivers nothing: it keeps each mail
in .local/mail/ and prints a line with its link and code (unless SMTP_URL is set).
People's accounts are in a browser at http://localhost:PORT/account.

  --port N        port of the API
  --admin-port N  port for operations
  --fresh         delete the data and secrets of earlier runs first
  --detach        return when Warmgate is ready, and leave it running
  --stop          stop it and wait until it has ended
  --traces        also start Zipkin, which shows traces in a browser (ZIPKIN_PORT=9411);
                  the observatory links to it
  --telemetry     also start the collector, Prometheus 3 (PROMETHEUS_PORT=9090) and Jaeger
                  (JAEGER_PORT=16686); builds those that are not installed, which needs Go
  --compose       use containers, with Tempo, Prometheus and Grafana (docker-compose.yml);
                  returns when all are healthy
  --help          show this text

The service takes its settings from the environment, as in FAST_LANE=off scripts/run.sh.
AGENT=off starts it without the agent.
END
}

port=8080 admin_port=8081 fresh='' mode='' compose='' traces='' telemetry=''
while (($#)); do
  if [[ $1 == --*=* ]]; then
    set -- "${1%%=*}" "${1#*=}" "${@:2}"
  fi
  case $1 in
    --port) check_port "$1" "${2:-}"; port=$2; shift ;;
    --admin-port) check_port "$1" "${2:-}"; admin_port=$2; shift ;;
    --fresh) fresh=fresh ;;
    --compose) compose=1 ;;
    --traces) traces=1 ;;
    --telemetry) telemetry=1 ;;
    --detach | --stop)
      [[ -z $mode ]] || { usage >&2; exit 64; }
      mode=${1#--}
      ;;
    --help | -h) usage; exit 0 ;;
    *)
      printf 'Unknown option: %s\n\n' "$1" >&2
      usage >&2
      exit 64
      ;;
  esac
  shift
done

if [[ -n $compose ]]; then
  find_compose
  if [[ $mode == stop ]]; then
    compose_stop
  else
    compose_up "$port" "$admin_port" "$fresh"
  fi
  exit
fi

local_directory="$ROOT/.local"
find_jdk
if [[ $mode == stop ]]; then
  [[ -e $STACK_JAR ]] || die 0 "Nothing is running."
  stack stop "$local_directory"
fi
find_maven
build
if [[ -n $traces ]]; then
  [[ ${AGENT:-on} != off ]] || die 64 "--traces needs the agent, which records the traces."
  fetch_zipkin
fi
if [[ -n $telemetry ]]; then
  [[ ${AGENT:-on} != off ]] || die 64 "--telemetry needs the agent, which measures and records."
  find_telemetry
fi
echo "Starting (JDK: $JAVA_HOME) ..."
arguments=(run "$ROOT" "$local_directory" "$port" "$admin_port")
[[ -z $fresh ]] || arguments+=("$fresh")

# A separate process group: Ctrl-C must reach only this script, which stops everything in order.
set -m
if [[ $mode == detach ]]; then
  (umask 077 && mkdir -p "$local_directory")
  log=$(mktemp "$local_directory/start.XXXXXX")
  # Closing the terminal must not end the stack.
  (trap '' HUP; stack "${arguments[@]}") </dev/null >"$log" 2>&1 &
  pid=$!
  trap 'kill -TERM "$pid" 2>/dev/null' INT TERM HUP
  if ! wait_ready "$pid" "$log"; then
    rm -f "$log"
    exit 1
  fi
  # The stack keeps writing to this file.
  mv -f "$log" "$local_directory/stack.log"
  echo "Warmgate runs in the background; stop it with scripts/run.sh --stop"
  exit 0
fi
stack "${arguments[@]}" </dev/null &
pid=$!
stopped_by=0
trap 'stopped_by=130; echo; echo "Stopping ..."; kill -TERM "$pid" 2>/dev/null || true' INT
trap 'stopped_by=143; kill -TERM "$pid" 2>/dev/null || true' TERM HUP
status=0
wait "$pid" || status=$?
# A signal ends the wait at once, but the stack needs time to stop in order.
while kill -0 "$pid" 2>/dev/null; do
  wait "$pid" || status=$?
done
((stopped_by == 0)) || status=$stopped_by
exit "$status"
