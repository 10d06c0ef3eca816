#!/usr/bin/env bash
# Runs the COPY and RUN steps of service/Dockerfile without Docker, each stage in its own directory,
# and then the command of the image. It does not verify the base images, nor anything that depends on
# the root directory of an image; nor does it run bin/fetch-argon2 and bin/fetch-servers, which install
# packages: PostgreSQL and Redis must be installed.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

find_jdk
find_maven
require npm cc redis-server
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || die 69 "PostgreSQL is missing: install the package postgresql."
export PATH="$JAVA_HOME/bin:$PATH"
# Not the default ports, which are often in use.
export PORT=${PORT:-18080} ADMIN_PORT=${ADMIN_PORT:-18081}

work=$(temporary_directory dockerfile)
service=
cleanup() {
  [[ -z $service ]] || kill -KILL "$service" 2>/dev/null || true
  chmod -R u+w "$work"
  rm -rf "$work"
}
trap cleanup EXIT

# visible PATH: exits if .dockerignore excludes the path.
visible() {
  grep -qxF "!${1%/}" "$ROOT/.dockerignore" || die 1 "COPY $1: excluded by .dockerignore."
}

# copy SOURCE... DESTINATION: copies the content of a directory, as Docker does, not the directory itself.
copy() {
  local from=$1 destination=${*: -1}
  shift
  if (($# > 2)) || [[ $destination == */ ]]; then
    mkdir -p "$directory/$destination"
  else
    mkdir -p "$(dirname "$directory/$destination")"
  fi
  local source
  for source in "${@:1:$#-1}"; do
    if [[ -d $from/$source ]]; then
      mkdir -p "$directory/$destination"
      cp -a "$from/$source/." "$directory/$destination"
    else
      cp -a "$from/$source" "$directory/$destination"
    fi
  done
}

root='' directory=''
stages=0
while read -r -a step; do
  case ${step[0]:-} in
    FROM)
      root="$work/${step[3]:-final}"
      directory=$root
      stages=$((stages + 1))
      ;;
    WORKDIR)
      directory="$root${step[1]}"
      mkdir -p "$directory"
      ;;
    COPY)
      printf '  %s\n' "${step[*]}"
      if [[ ${step[1]} == --from=* ]]; then
        copy "$work/${step[1]#--from=}" "${step[@]:2}"
      else
        for source in "${step[@]:1:${#step[@]}-2}"; do visible "$source"; done
        copy "$ROOT" "${step[@]:1}"
      fi
      ;;
    RUN)
      # Cache mounts are ignored: the machine's own caches are used.
      command=("${step[@]:1}")
      [[ ${command[0]} != --mount=* ]] || command=("${command[@]:1}")
      printf '  RUN %s\n' "${command[*]}"
      if [[ ${command[0]} == bin/fetch-argon2 ]]; then
        echo "    stood in for by the same release of libargon2 from npm"
        sources=$(argon2_sources "$(mktemp -d "$work/npm.XXXXXX")")
        command=(mv "$sources" "${command[1]}")
      elif [[ ${command[0]} == bin/fetch-servers ]]; then
        echo "    stood in for by those of this machine"
        continue
      fi
      (cd "$directory" && bash -c "${command[*]}")
      ;;
  esac
done <"$ROOT/service/Dockerfile"
((stages == 4)) || die 1 "The Dockerfile has $stages stages instead of 4."

app=$directory
# The cache is valid only for the paths of its training; here each stage has another root.
[[ -s $app/warmgate.aot ]] || die 1 "The start-up cache is missing."
# Only a start with a database loads them.
grep -q com/ongres/scram/common/ScramFunctions "$app/warmgate.aot" ||
  die 1 "The start-up cache lacks the classes that prove a password to PostgreSQL."
app=$work/trained/app
chmod -R a-w "$app"

secret() { echo "k1:$(head -c 32 /dev/urandom | base64 | tr -d '\n')"; }
export BIND_HOST=127.0.0.1 DATABASE_URL=postgres://nobody:not-there@127.0.0.1:9/nothing
export REDIS_URL=redis://127.0.0.1:9 WARMGATE_ISSUER=https://auth.example.com SHUTDOWN_WAIT=0s
WARMGATE_KEY_ENCRYPTION_KEYS=$(secret) WARMGATE_REFRESH_KEYS=$(secret)
export WARMGATE_KEY_ENCRYPTION_KEYS WARMGATE_REFRESH_KEYS

library=$app/argon2/libargon2.so
if grep -qw avx2 /proc/cpuinfo; then library=$app/argon2/libargon2-avx2.so; fi

# starts AGENT [LIBRARY]: checks that the service answers, hashes with the library, is not healthy without
# a database, and stops.
starts() {
  local answered='' hashed='' agent=$1
  AGENT=$agent "$app/bin/warmgate" server >"$work/service.log" 2>&1 &
  service=$!
  for _ in {1..900}; do
    if "$app/bin/healthcheck" /api/v1/auth/ping 2>/dev/null; then
      answered=1
      break
    fi
    kill -0 "$service" 2>/dev/null || break
    sleep 0.1
  done
  if [[ -z $answered ]]; then
    cat "$work/service.log" >&2
    die 1 "The service does not answer with AGENT=$agent."
  fi
  ! "$app/bin/healthcheck" 2>/dev/null || die 1 "The service reports healthy without a database."
  for _ in {1..100}; do
    hashed=$(grep -om 1 'passwords are hashed by [^"]*' "$work/service.log") && break
    sleep 0.1
  done
  [[ ${hashed#passwords are hashed by } == "${2:-$library}" ]] || die 1 "'$hashed', not by ${2:-$library}."
  kill "$service"
  wait "$service" || true
  service=
  printf '  AGENT=%s: the service starts, answers, and is not healthy without a database\n' "$agent"
}

# With AOTMode=on the JVM fails if it cannot use the cache.
JDK_JAVA_OPTIONS=-XX:AOTMode=on starts off
JDK_JAVA_OPTIONS=-XX:AOTMode=on starts on
AOT=off starts on
HASHING_LIBRARY='' starts off libsodium
# Another agent could not see classes that the cache has linked.
JAVA_TOOL_OPTIONS="-javaagent:$app/opentelemetry-javaagent.jar" OTEL_JAVAAGENT_ENABLED=false starts off
grep -q '^{"level":"WARN",.*another agent"}$' "$work/service.log" ||
  die 1 "The service uses the start-up cache beside another agent."
"$app/bin/warmgate" validate --help >/dev/null
echo "All steps of service/Dockerfile work."
