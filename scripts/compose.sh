# The containers of docker-compose.yml; sourced by run.sh, never run.
# shellcheck shell=bash

COMPOSE_ENV="$ROOT/.local/compose.env"

find_compose() {
  command -v docker >/dev/null ||
    die 69 "--compose needs Docker and its compose plugin: install them, or run without --compose."
  docker compose version >/dev/null 2>&1 ||
    die 69 "--compose needs Docker's compose plugin (docker-compose-plugin): install it, or run without --compose."
}

random_key() {
  head -c 32 /dev/urandom | base64 | tr -d '\n'
}

random_password() {
  head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'
}

# secret NAME VALUE: prints the line of a secret, with the value that is kept if there is one.
secret() {
  grep -s "^$1=" "$COMPOSE_ENV" || printf '%s=%s\n' "$1" "$2"
}

# write_compose_env PORT ADMIN_PORT: creates the secrets once and keeps them; updates the ports.
write_compose_env() {
  local secrets new
  (umask 077 && mkdir -p "$ROOT/.local")
  secrets=$(
    secret POSTGRES_PASSWORD "$(random_password)"
    secret POSTGRES_SUPERUSER_PASSWORD "$(random_password)"
    secret REDIS_PASSWORD "$(random_password)"
    secret GRAFANA_ADMIN_PASSWORD "$(random_password)"
    secret WARMGATE_KEY_ENCRYPTION_KEYS "k1:$(random_key)"
    secret WARMGATE_REFRESH_KEYS "k1:$(random_key)"
    secret SAMPLING_SALT "$(random_password)"
  )
  # mktemp creates the file readable by its owner only.
  new=$(mktemp "$COMPOSE_ENV.XXXXXX")
  cat >"$new" <<END
# For development: docker compose --env-file .local/compose.env ...
WARMGATE_MODE=development
WARMGATE_ISSUER=http://localhost:$1
PORT=$1
ADMIN_PORT=$2
COMPOSE_PROFILES=development
SMTP_URL=smtp://mailpit:1025?starttls=off
MAIL_FROM="Warmgate <no-reply@warmgate.test>"
$secrets
END
  mv -f "$new" "$COMPOSE_ENV"
}

compose() {
  docker compose --project-directory "$ROOT" --env-file "$COMPOSE_ENV" "$@"
}

# The file of an older checkout may lack variables, without which compose does not even stop.
compose_down() {
  SAMPLING_SALT=none POSTGRES_SUPERUSER_PASSWORD=none compose down "$@"
}

# compose_up PORT ADMIN_PORT [fresh]
compose_up() {
  if [[ -n ${3:-} && -e $COMPOSE_ENV ]]; then
    compose_down --volumes
    rm -f "$COMPOSE_ENV"
  fi
  write_compose_env "$1" "$2"
  if ! compose up --build --detach --wait --wait-timeout 300; then
    compose ps --all >&2
    compose logs --tail 20 >&2
    die 1 "Not all containers became healthy; remove them with scripts/run.sh --compose --stop."
  fi
  cat <<END
Warmgate is ready: http://127.0.0.1:$1 (admin http://127.0.0.1:$2)
  Accounts     http://localhost:$1/account
  Grafana      http://127.0.0.1:${GRAFANA_PORT:-3000} (user admin, password in .local/compose.env)
  Prometheus   http://127.0.0.1:${PROMETHEUS_PORT:-9090}
  Mailpit      http://127.0.0.1:${MAILPIT_PORT:-8025} (every mail that Warmgate sends)
Warmgate runs in the background; stop it with scripts/run.sh --compose --stop
END
}

compose_stop() {
  if [[ ! -e $COMPOSE_ENV ]]; then
    echo "Nothing is running."
    return
  fi
  compose_down
}
