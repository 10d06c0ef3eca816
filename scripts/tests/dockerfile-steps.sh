#!/usr/bin/env bash
# Runs the COPY and RUN steps of service/Dockerfile without Docker, each stage in a directory of its
# own that stands for its root, and then what the image would run. Not shown by it: that the base
# images are there and fit, and whatever depends on their being the root.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

find_jdk
find_maven
export PATH="$JAVA_HOME/bin:$PATH"
# Free ones; the service's own are often taken where this runs.
export PORT=${PORT:-18080} ADMIN_PORT=${ADMIN_PORT:-18081}

work=$(mktemp -d)
service=
cleanup() {
  [[ -z $service ]] || kill -KILL "$service" 2>/dev/null || true
  chmod -R u+w "$work"
  rm -rf "$work"
}
trap cleanup EXIT

# visible PATH: whether .dockerignore lets it through.
visible() {
  grep -qxF "!${1%/}" "$ROOT/.dockerignore" || die 1 "COPY $1: .dockerignore hides it."
}

# copy SOURCE... DESTINATION: as Docker does, the content of a directory, not the directory.
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
      # The caches of the build are this machine's own.
      command=("${step[@]:1}")
      [[ ${command[0]} != --mount=* ]] || command=("${command[@]:1}")
      printf '  RUN %s\n' "${command[*]}"
      (cd "$directory" && bash -c "${command[*]}")
      ;;
  esac
done <"$ROOT/service/Dockerfile"
((stages == 3)) || die 1 "There are $stages stages, not the three that this knows."

app=$directory
# What is copied along must be where and what it was when it was trained; here the roots differ.
[[ -s $app/warmgate.aot ]] || die 1 "There is no start-up cache."
app=$work/trained/app
chmod -R a-w "$app"

secret="k1:$(head -c 32 /dev/urandom | base64 | tr -d '\n')"
export BIND_HOST=127.0.0.1 DATABASE_URL=postgres://nobody:not-there@127.0.0.1:9/nothing
export REDIS_URL=redis://127.0.0.1:9 WARMGATE_ISSUER=http://127.0.0.1 SHUTDOWN_WAIT=0s
export WARMGATE_KEY_ENCRYPTION_KEYS=$secret WARMGATE_REFRESH_KEYS=$secret

# starts AGENT: the service answers, says that it is not ready without a database, and stops.
starts() {
  local answered='' agent=$1
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
  ! "$app/bin/healthcheck" 2>/dev/null || die 1 "It is healthy without a database."
  kill "$service"
  wait "$service" || true
  service=
  printf '  AGENT=%s: it starts, answers, and is not healthy without a database\n' "$agent"
}

# Here the JVM fails unless it can use the cache.
JDK_JAVA_OPTIONS=-XX:AOTMode=on starts off
starts on
"$app/bin/warmgate" validate --help >/dev/null
echo "All steps of service/Dockerfile work."
