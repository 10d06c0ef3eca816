#!/usr/bin/env bash
# Builds the images, starts docker-compose.yml by scripts/run.sh, and checks what the containers are and
# what they survive: with Docker and the real images where it can pull them, else with podman and images
# that stand in for them (stand-ins.sh). Says which, and removes everything at its end.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=../telemetry.sh
source "$ROOT/scripts/telemetry.sh"
# shellcheck source-path=SCRIPTDIR source=stand-ins.sh
source "$(dirname "${BASH_SOURCE[0]}")/stand-ins.sh"
# shellcheck source-path=SCRIPTDIR source=container-checks.sh
source "$(dirname "${BASH_SOURCE[0]}")/container-checks.sh"

# Chooses the engine, or prints why there is none.
choose_engine() {
  local program
  for program in curl jq npm; do
    command -v "$program" >/dev/null || { echo "needs $program"; return 1; }
  done
  if docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1 &&
    timeout 300 docker pull --quiet "$(sed -nE 's/^ +image: (redis:.*)/\1/p' "$ROOT/docker-compose.yml")" >/dev/null; then
    engine=docker
  elif [[ $(id -u) == 0 && -e /etc/debian_version && $(uname -m) =~ ^(x86_64|aarch64)$ ]] && find_go && (require apt-get unzip xz 2>/dev/null); then
    engine=podman
  else
    echo "needs Docker with Compose that can pull images, or root on Debian (amd64, arm64) with Go, unzip and xz"
    return 1
  fi
}

choose_engine || exit 69
# For scripts/test.sh, which skips the check with the reason above.
[[ ${1:-} != --possible ]] || exit 0

find_jdk
find_maven
export COMPOSE_PROJECT_NAME=warmgate-check COMPOSE_FILE PROMETHEUS_PORT=${PROMETHEUS_PORT:-19090}
# Not those of a stack that runs here already.
export ADMIN_SUBNET=${ADMIN_SUBNET:-172.31.82.0/29} ADMIN_ADDRESS=${ADMIN_ADDRESS:-172.31.82.2}
export GRAFANA_PORT=${GRAFANA_PORT:-13000} MAILPIT_PORT=${MAILPIT_PORT:-18025}
port=${PORT:-18180} admin_port=${ADMIN_PORT:-18181}
# Compose prefers these to the file that run.sh writes.
unset PORT ADMIN_PORT

work=$(temporary_directory containers)
# A copy, since run.sh keeps its secrets in the checkout.
checkout="$work/checkout"
COMPOSE_FILE="$checkout/docker-compose.yml:$work/override.yml"
helpers=()

cleanup() {
  local status=$? mount
  trap '' INT TERM
  # The load, the socket and the health checks; a log of what failed comes before.
  if ((status != 0)) && [[ -e $checkout/.local/compose.env ]]; then compose_logs >&2; fi
  if [[ -e $checkout/.local/compose.env ]]; then
    timeout 120 docker compose --project-directory "$checkout" --env-file "$checkout/.local/compose.env" \
      down --volumes --rmi local --timeout 5 >/dev/null 2>&1 || true
  fi
  ((${#helpers[@]} == 0)) || kill "${helpers[@]}" 2>/dev/null || true
  if [[ $engine == podman && -x $work/bin/podman ]]; then remove_stand_ins; fi
  while read -r mount; do umount -l "$mount" || true; done < <(awk -v at="$work/" 'index($2, at) == 1 { print $2 }' /proc/mounts)
  chmod -R u+w "$checkout" 2>/dev/null || true
  rm -rf --one-file-system "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

mkdir "$checkout"
(cd "$ROOT" && tar cf - --exclude=target .dockerignore dashboards docker-compose.yml pom.xml service loadtest/pom.xml scripts) |
  tar xf - -C "$checkout"
{
  echo "services:"
  # One address logs in more often than the limits allow.
  if [[ $engine == docker ]]; then
    echo '  service: {environment: {RATE_LIMITS: "off"}}'
  else
    stand_in_services
  fi
} >"$work/override.yml"

if [[ $engine == podman ]]; then
  prepare_stand_ins
  build_images
  echo "Engine: $(podman --version), Compose ${COMPOSE#*@}, runc; base images, PostgreSQL, Redis and Tempo stood in for; Mailpit without its page; no Grafana."
else
  echo "Engine: $(docker --version) with the images of docker-compose.yml."
fi
up || wrong "Not all containers became healthy."

say "all healthy"
check_privileges
check_given_limits
check_limits
check_role
check_reachability
check_secrets
ada='{"email": "ada@example.com", "password": "correct horse battery staple"}'
[[ $(status_of register "$ada") == 201 ]] || wrong "Nobody can register."
logins "$ada" &
helpers+=($!)
check_telemetry
check_mail ada@example.com
check_crashes
print_use
kill "${helpers[-1]}"
unset 'helpers[-1]'
image=$(inspect service .Image)
check_stop
check_upgrade "$ada" "$image"
say "--compose --stop leaves no container, and --compose --fresh begins anew"
stop
[[ -z $("$engine" ps --all --quiet --filter "name=$COMPOSE_PROJECT_NAME") ]] || wrong "A container is left."
up --fresh || wrong "It does not start afresh."
[[ $(status_of login "$ada") == 401 ]] || wrong "--fresh keeps accounts."
echo "The containers work."
