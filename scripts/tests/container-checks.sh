# What containers.sh checks of running containers; sourced, never run.
# shellcheck shell=bash disable=SC2154,SC2119,SC2120 # containers.sh sets engine, work, checkout and the ports.

ALL=(postgres redis mailpit service collector tempo prometheus)

say() { printf '  %s\n' "$1"; }

wrong() { die 1 "containers: $1"; }

compose_logs() {
  "$engine" ps --all --filter "name=$COMPOSE_PROJECT_NAME"
  local container
  for container in "${ALL[@]}"; do
    printf -- '-- %s\n' "$container"
    "$engine" logs --tail 15 "$(name "$container")" 2>&1 || true
  done
}

name() { echo "$COMPOSE_PROJECT_NAME-$1-1"; }

# inspect CONTAINER FIELD
inspect() { "$engine" inspect --format "{{$2}}" "$(name "$1")"; }

# in_container CONTAINER COMMAND... Wget gets no time-out of its own: Debian's static busybox crashes on -T.
in_container() { timeout 60 "$engine" exec "$(name "$1")" "${@:2}"; }

# eventually SECONDS COMMAND...: repeats the command until it succeeds.
eventually() {
  local end=$((SECONDS + $1))
  until "${@:2}"; do
    ((SECONDS < end)) || return 1
    sleep 1
  done
}

run_script() { timeout 1800 "$checkout/scripts/run.sh" --compose "$@" >"$work/run.log" 2>&1; }

# up [--fresh]
up() {
  run_script --port "$port" --admin-port "$admin_port" "$@" || { cat "$work/run.log" >&2; return 1; }
}

stop() { run_script --stop || { cat "$work/run.log" >&2; wrong "--compose --stop fails."; }; }

# status_of OPERATION BODY: prints the status of a request, or 000.
status_of() {
  curl -s -o /dev/null -m 10 -w '%{http_code}' -H 'Content-Type: application/json' -d "$2" \
    "http://127.0.0.1:$port/api/v1/auth/$1" || true
}

# logins ACCOUNT: logs in again and again, and notes when and with which status.
logins() {
  while :; do
    printf '%s %s\n' "$EPOCHSECONDS" "$(status_of login "$1")" >>"$work/logins"
    sleep 0.1
  done
}

# of_process CONTAINER FIELD: prints what the kernel says of the container's first process.
of_process() { sed -nE "s/^$2:\s+//p" "/proc/$(inspect "$1" .State.Pid)/status"; }

check_privileges() {
  local container field
  for container in "${ALL[@]}"; do
    for field in CapInh CapPrm CapEff CapBnd CapAmb; do
      [[ $(of_process "$container" "$field") =~ ^0+$ ]] || wrong "$container has capabilities."
    done
    [[ $(of_process "$container" NoNewPrivs) == 1 ]] || wrong "$container can gain privileges."
    [[ $(of_process "$container" Uid) != 0* ]] || wrong "$container runs as root."
    [[ $(inspect "$container" .HostConfig.ReadonlyRootfs) == true ]] || wrong "$container can write to its root."
  done
  [[ $(of_process service Uid) == 10001$'\t'* ]] || wrong "The service does not run as 10001."
  for container in service postgres redis prometheus; do
    ! in_container "$container" touch /written 2>"$work/error" || wrong "$container can write to its root."
    grep -qi 'read-only file system' "$work/error" || wrong "$container: $(<"$work/error")"
  done
  say "no capabilities, no new privileges, no root, nothing written to a root; the service as 10001"
}

forks() { in_container redis sh -c "for i in \$(seq $1); do sleep 3 & done" >/dev/null 2>&1; }

# of_group CONTAINER CONTROLLER FILE...: prints the first of these files of the container's control group.
of_group() {
  local pid path file
  pid=$(inspect "$1" .State.Pid)
  # A machine with both versions has the controllers in the first one.
  path=$(awk -F: -v of="$2" '$2 == "" { second = $3 } index("," $2 ",", "," of ",") { first = of $3 }
    END { print first == "" ? second : first }' "/proc/$pid/cgroup")
  for file in "${@:3}"; do
    cat "/sys/fs/cgroup/$path/$file" 2>/dev/null && return
  done
  wrong "$1 is in no control group for $2."
}

# What the kernel holds every container to, as docker-compose.yml says.
check_given_limits() {
  local container
  for container in "${ALL[@]}"; do
    [[ $(of_group "$container" memory memory.max memory.limit_in_bytes) == "$(inspect "$container" .HostConfig.Memory)" ]] ||
      wrong "The kernel does not limit the memory of $container."
    [[ $(of_group "$container" pids pids.max) == "$(inspect "$container" .HostConfig.PidsLimit)" ]] ||
      wrong "The kernel does not limit the processes of $container."
    [[ $(inspect "$container" .HostConfig.NanoCpus) == 0 || $(of_group "$container" cpu cpu.max cpu.cfs_quota_us) == [1-9]* ]] ||
      wrong "The kernel does not limit the processors of $container."
  done
  say "the kernel limits memory, processes and, where they are limited, processors of each container"
}

check_limits() {
  local pid
  pid=$(inspect redis .State.Pid)
  in_container redis dd if=/dev/zero of=/dev/null bs=20M count=1 2>/dev/null || wrong "Redis' container lacks memory."
  ! in_container redis dd if=/dev/zero of=/dev/null bs=200M count=1 2>/dev/null || wrong "200 MB fit in Redis' container."
  forks 100 || wrong "Redis' container cannot start 100 processes."
  sleep 4
  ! forks 300 || wrong "300 processes fit in Redis' container."
  sleep 4
  [[ $(inspect redis .State.Pid) == "$pid" ]] || wrong "Redis did not survive what exceeded the limits."
  say "the limits on memory and processes hold, and Redis survives both"
}

check_reachability() {
  local container address
  for container in "${ALL[@]}"; do
    ! "$engine" port "$(name "$container")" | grep -v -- '-> 127\.0\.0\.1:' || wrong "$container listens elsewhere."
  done
  address=$(hostname -I | cut -d ' ' -f 1)
  if [[ -n $address ]]; then
    ! curl -s -m 3 -o /dev/null "http://$address:$port/" || wrong "Port $port is open at $address."
  fi
  # Podman forwards published ports to any network of a container (containers/podman#25865), where the admin
  # port does not listen.
  if [[ $engine == docker ]]; then
    curl -sf -m 10 -o /dev/null "http://127.0.0.1:$admin_port/observatory" || wrong "The admin port is not published."
  fi
  curl -sf -m 10 -o /dev/null -H 'Host: 127.0.0.1' "http://$ADMIN_ADDRESS:8081/observatory" ||
    wrong "The admin port does not answer the host."
  in_container collector /wget -q -O /dev/null http://service:8080/api/v1/auth/ping ||
    wrong "The collector does not reach the service."
  ! in_container collector /wget -q -O /dev/null http://service:8081/observatory 2>/dev/null ||
    wrong "The admin port is open to the collector."
  say "ports on loopback only; the admin port from no other container"
}

check_role() {
  [[ $(in_container postgres psql -U postgres -Atc "SELECT rolsuper FROM pg_roles WHERE rolname = 'warmgate'" postgres) == f ]] ||
    wrong "The service's role is a superuser."
  [[ $(in_container postgres psql -U postgres -Atc "SELECT count(*) > 0 FROM pg_stat_activity WHERE usename = 'warmgate'" postgres) == t ]] ||
    wrong "The service does not connect as warmgate."
  say "the service's role in PostgreSQL is no superuser"
}

check_secrets() {
  local image
  sed -nE 's/^[A-Z_]+_(PASSWORD|KEYS|SALT)=(k1:)?//p' "$checkout/.local/compose.env" >"$work/secrets"
  "$engine" inspect "$(name service)" | grep -qFf "$work/secrets" || wrong "The search for secrets finds none."
  image=$(inspect service .Image)
  ! { "$engine" image inspect "$image" && "$engine" history --no-trunc "$image"; } | grep -Ff "$work/secrets" ||
    wrong "The image holds a secret."
  ! "$engine" image inspect "$image" | grep -E 'PASSWORD|SECRET|_KEYS|SALT' || wrong "The image sets a secret."
  say "no secret in the image or its history"
}

# has_series QUERY
has_series() {
  curl -s -m 10 -G "http://127.0.0.1:$PROMETHEUS_PORT/api/v1/query" --data-urlencode "query=$1" |
    jq -e '.data.result | length > 0' >/dev/null
}

has_trace() {
  in_container collector /wget -q -O - 'http://tempo:3200/api/search?q=%7B%7D' 2>/dev/null |
    jq -e '.traces | length > 0' >/dev/null
}

check_telemetry() {
  eventually 120 has_series 'warmgate_login_duration_seconds_count > 0' || wrong "No metric of the service reaches Prometheus."
  eventually 60 has_series 'up{job="collector"} == 1' || wrong "Prometheus does not reach the collector."
  eventually 120 has_trace || wrong "No trace reaches Tempo."
  say "metrics reach Prometheus through the collector, and traces Tempo"
}

has_mail() {
  curl -s -m 10 "http://127.0.0.1:$MAILPIT_PORT/api/v1/messages" |
    jq -e --arg to "$1" '[.messages[].To[].Address] | index($to)' >/dev/null
}

# check_mail ADDRESS
check_mail() {
  [[ $(status_of forgot "{\"email\": \"$1\"}") == 202 ]] || wrong "A forgotten password is refused."
  eventually 30 has_mail "$1" || wrong "No mail reaches Mailpit."
  say "the mail for a forgotten password reaches Mailpit"
}

is_healthy() {
  if [[ $engine == podman ]]; then
    timeout 20 podman healthcheck run "$(name "$1")" >/dev/null 2>&1
  else
    [[ $(inspect "$1" .State.Health.Status) == healthy ]]
  fi
}

# is_back CONTAINER PID: whether another process is its first one, and healthy.
is_back() { [[ $(inspect "$1" .State.Pid) != 0 && $(inspect "$1" .State.Pid) != "$2" ]] && is_healthy "$1"; }

logs_in() { [[ $(tail -n 1 "$work/logins") == *' 200' ]]; }

# crash CONTAINER: kills its first process as a fault would. What an engine kills, it does not start again.
crash() {
  local pid begin=$EPOCHSECONDS good failed
  pid=$(inspect "$1" .State.Pid)
  kill -KILL "$pid" 2>/dev/null || sudo -n kill -KILL "$pid"
  eventually 120 is_back "$1" "$pid" || wrong "$1 does not come back after a crash."
  eventually 60 logs_in || wrong "No login after a crash of $1."
  good=$(awk -v begin="$begin" '$1 >= begin && $2 == 200' "$work/logins" | wc -l)
  failed=$(awk -v begin="$begin" '$1 >= begin && $2 != 200' "$work/logins" | wc -l)
  if [[ $1 != service && $1 != postgres ]] && ((failed > 0 || good == 0)); then
    wrong "$failed logins failed and $good did not while $1 was down."
  fi
  say "$1 killed: back after $((EPOCHSECONDS - begin)) s; logins meanwhile: $good good, $failed failed"
}

check_crashes() {
  local container
  for container in redis mailpit collector tempo prometheus postgres service; do crash "$container"; done
  for container in "${ALL[@]}"; do
    eventually 60 is_healthy "$container" || wrong "$container is not healthy after the crashes."
  done
}

print_use() {
  local container used limit share processes
  printf '\n  %-12s %12s %12s %8s %10s %10s\n' container memory limit share processes limit
  for container in "${ALL[@]}"; do
    read -r used _ limit share processes < <("$engine" stats --no-stream \
      --format '{{.MemUsage}} {{.MemPerc}} {{.PIDs}}' "$(name "$container")")
    printf '  %-12s %12s %12s %8s %10s %10s\n' "$container" "$used" "$limit" "$share" "$processes" \
      "$(inspect "$container" .HostConfig.PidsLimit)"
    ((${share%%.*} < 90)) || wrong "$container uses more than 90 % of its memory."
  done
  echo
}

check_stop() {
  local begin=$SECONDS
  timeout 60 "$engine" stop -t 30 "$(name service)" >/dev/null
  ((SECONDS - begin <= 15)) || wrong "The service takes $((SECONDS - begin)) s to stop."
  [[ $(inspect service .State.ExitCode) != 137 ]] || wrong "The service had to be killed."
  say "the service stops within $((SECONDS - begin)) s"
  begin=$SECONDS
  stop
  ((SECONDS - begin <= 60)) || wrong "--compose --stop takes $((SECONDS - begin)) s."
  say "--compose --stop takes $((SECONDS - begin)) s"
}

# check_upgrade ACCOUNT IMAGE: starts another image of the service on the volumes of the first.
check_upgrade() {
  sed -i '$a LABEL upgrade=another' "$checkout/service/Dockerfile"
  [[ $engine == docker ]] || build_images
  up || wrong "Not all containers became healthy after the upgrade."
  [[ $(inspect service .Image) != "$2" ]] || wrong "The service runs the old image."
  [[ $(status_of login "$1") == 200 ]] || wrong "The account is gone after the upgrade."
  say "an account outlives the change to another image, with the volumes kept"
}
