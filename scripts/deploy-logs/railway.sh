# Finding a deployment and its logs on Railway, by the railway CLI or by GraphQL. Sourced by check-fe-deploy-logs.sh.
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # parts, work, the options: the main script's; SHOWN: graphql.sh's

# What the outputs show of a deployment.
SHOWN='{id, status, createdAt, service: (.service.name? // null), environment: (.environment.name? // null)}'

# All that the CLI gives at once.
readonly CLI_LINES=5000

# judge_deployment [ID]: the finding for a deployment, by the status first, then by its logs.
judge_deployment() {
  local deployment
  deployment=$(find_deployment "${1:-}") || deployment=
  if [[ -z $deployment ]]; then
    jq -n '{verdict: "unknown", reason: "no deployment to look at"}' | jq -s -L "$parts" -f "$parts/combine.jq"
    return
  fi
  local id status
  deployment=$(wait_for_end "$deployment")
  id=$(jq -r .id <<<"$deployment")
  status=$(jq -r '.status // "UNKNOWN"' <<<"$deployment")
  mkdir -p "$save"
  fetch_logs "$id" "$(jq -r .createdAt <<<"$deployment")"
  {
    log "$work/build.log" "$save/$id-build.log" "$status"
    log "$work/deploy.log" "$save/$id-deploy.log" "$status"
    log "$work/events.log" "Railway's events" "$status"
  } | judge_logs | jq -s --argjson deployment "$deployment" -f "$parts/deployment.jq" | jq -s -L "$parts" -f "$parts/combine.jq"
}

# The CLI where it is installed (it knows the linked project and the login), else GraphQL; the second also if the first
# cannot tell: the CLI's exit status says nothing about the deployment.
find_deployment() {
  if use_cli && cli_deployment "$1"; then return; fi
  if use_graphql; then graphql_deployment "$1"
  elif ! use_cli; then note "no access: install the railway CLI, or set RAILWAY_TOKEN or RAILWAY_API_TOKEN"; return 1
  else return 1; fi
}

use_cli() { [[ $api != graphql ]] && command -v railway >/dev/null; }
use_graphql() { [[ $api != cli ]] && has_token; }

# --wait: asks again until the deployment has ended or the time is up.
wait_for_end() {
  local deployment=$1 now deadline=$((SECONDS + wait_seconds))
  while [[ $(jq -r .status <<<"$deployment") =~ ^(BUILDING|DEPLOYING|INITIALIZING|QUEUED|WAITING)$ ]] && ((SECONDS < deadline)); do
    note "$(jq -r '"deployment \(.id) is \(.status)"' <<<"$deployment")"
    sleep "${DEPLOY_POLL_SECONDS:-10}"
    # One question that failed is no reason to stop asking.
    now=$(find_deployment "$(jq -r .id <<<"$deployment")") || now=
    deployment=${now:-$deployment}
  done
  echo "$deployment"
}

# Both logs (a build that succeeded may crash at its start) and the events, saved without credentials.
fetch_logs() {
  local kind
  for kind in build deploy; do
    { use_cli && cli_logs "$1" "$kind"; } >"$work/entries" 2>"$work/cli-error" || : >"$work/entries"
    if (($(wc -l <"$work/entries") >= CLI_LINES)); then
      if use_graphql; then : >"$work/entries"
      else note "the $kind log is longer than the $CLI_LINES lines that the railway CLI gives: its beginning is not judged"; fi
    fi
    if [[ ! -s $work/entries ]] && use_graphql; then
      graphql_logs "${kind/deploy/deployment}Logs" "$1" "$2" >"$work/entries" || : >"$work/entries"
    fi
    jq -r '"\(.timestamp) \(.message)"' "$work/entries" | redact >"$work/$kind.log"
    save_log "$work/$kind.log" "$save/$1-$kind.log"
  done
  # Without them the status and the logs still tell.
  { if use_graphql; then graphql_events "$1"; fi || :; } | redact >"$work/events.log"
}

save_log() { (umask 077; rm -f "$2"; cat "$1" >"$2"); }

redact() { LC_ALL=C fold -b -w "$FOLD" | LC_ALL=C awk -v FOLD="$FOLD" -f "$parts/redact.awk" -f "$parts/redact-main.awk"; }

# An empty RAILWAY_TOKEN (an unset CI secret) would still win over the login.
run_railway() {
  local -a unset=()
  [[ -n ${RAILWAY_TOKEN:-} ]] || unset+=(-u RAILWAY_TOKEN)
  [[ -n ${RAILWAY_API_TOKEN:-} ]] || unset+=(-u RAILWAY_API_TOKEN)
  env "${unset[@]}" railway "$@"
}

where_options() {
  where=()
  [[ -z $service ]] || where+=(--service "$service")
  [[ -z $environment ]] || where+=(--environment "$environment")
  [[ -z $project ]] || where+=(--project "$project")
}

# The list's order is the API's, so the newest is looked for; the CLI writes a status it does not know as Other("X").
cli_deployment() {
  local -a where
  where_options
  run_railway deployment list --json --limit "$([[ -n $1 ]] && echo 1000 || echo 20)" "${where[@]}" 2>"$work/cli-error" >"$work/list" \
    || { note "railway deployment list: $(head -c 300 "$work/cli-error" | redact)"; return 1; }
  jq -e --arg id "$1" 'map(select($id == "" or .id == $id)) | sort_by(.createdAt) | last // empty
    | .status |= (tostring | ltrimstr("Other(\"") | rtrimstr("\")")) | '"$SHOWN" "$work/list"
}

cli_logs() {
  local -a where
  where_options
  run_railway logs "$1" "--${2/deploy/deployment}" --json -n "$CLI_LINES" "${where[@]}"
}
