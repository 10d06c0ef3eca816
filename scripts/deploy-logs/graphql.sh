# Railway's GraphQL API by curl. Sourced by check-fe-deploy-logs.sh.
# shellcheck shell=bash
# shellcheck disable=SC2154 # parts and work are the main script's

readonly RAILWAY_URL=${RAILWAY_GRAPHQL_URL:-https://backboard.railway.com/graphql/v2}
readonly ATTEMPTS=4 LONGEST_PAUSE=60 PAGE=500

has_token() { [[ -n ${RAILWAY_TOKEN:-} || -n ${RAILWAY_API_TOKEN:-} ]]; }

# The header goes through a file: an argument would show in the process list.
write_auth_header() {
  (
    umask 077
    if [[ -n ${RAILWAY_TOKEN:-} ]]; then echo "Project-Access-Token: $RAILWAY_TOKEN"
    else echo "Authorization: Bearer $RAILWAY_API_TOKEN"; fi >"$work/auth"
  )
}

# graphql QUERY [VARIABLES]: the answer's data; fails with a note if there is none.
graphql() {
  local query=$1 variables=${2:-"{}"} attempt status
  write_auth_header
  jq -n --rawfile query "$parts/graphql/$query.graphql" --argjson variables "$variables" '{$query, $variables}' >"$work/request"
  for ((attempt = 1; ; attempt++)); do
    status=$(post) || status=000
    case $status in
      200) answered "$query"; return ;;
      401 | 403) note "Railway refused the token (HTTP $status)"; return 1 ;;
      429 | 5?? | 000) ;;
      *) note "Railway answered HTTP $status to $query"; return 1 ;;
    esac
    ((attempt < ATTEMPTS)) || break
    sleep "$(pause "$attempt")"
  done
  note "Railway gave no answer to $query after $ATTEMPTS attempts (last: $(reason_for "$status"))"
  return 1
}

post() {
  curl --silent --max-time "${RAILWAY_HTTP_TIMEOUT:-30}" --output "$work/answer" --dump-header "$work/headers" \
    --write-out '%{http_code}' --header "@$work/auth" --header 'Content-Type: application/json' \
    --data-binary "@$work/request" "$RAILWAY_URL"
}

# GraphQL reports errors with HTTP 200, so they are looked at before the data.
answered() {
  local errors
  errors=$(jq -r '[.errors[]?.message] | join("; ")' "$work/answer" 2>/dev/null) || { note "Railway's answer to $1 is not JSON"; return 1; }
  [[ -z $errors ]] || { note "Railway: $errors"; return 1; }
  jq .data "$work/answer"
}

# Seconds to wait: what Retry-After asks for (as seconds; a date is not read), else RAILWAY_RETRY_PAUSE (1), twice and
# four times that.
pause() {
  local asked
  asked=$(awk 'tolower($1) == "retry-after:" && $2 ~ /^[0-9]+\r?$/ { print int($2) }' "$work/headers" 2>/dev/null) || asked=
  [[ $asked =~ ^[0-9]+$ ]] || asked=$((${RAILWAY_RETRY_PAUSE:-1} << ($1 - 1)))
  echo $((asked < LONGEST_PAUSE ? asked : LONGEST_PAUSE))
}

reason_for() { if [[ $1 == 000 ]]; then echo "no connection or time-out"; else echo "HTTP $1"; fi; }

# graphql_logs buildLogs|deploymentLogs DEPLOYMENT_ID CREATED_AT: every entry, oldest first, one JSON object a line.
# The API has no cursor and gives the last 500, so pages are asked for backwards by date; where two meet, entries come
# twice. What it gives by default starts with the scheduling of the build: a Dockerfile refused before that shows only
# when asked for by a start date, so the last page reaches back to the deployment's creation.
graphql_logs() {
  local field=$1 id=$2 created=$3 page end=null oldest=null
  rm -f "$work"/page-*
  for ((page = 1; page < 1000; page++)); do
    logs_page "$field" "$id" null "$end" >"$work/page-$page" || return 1
    oldest=$(jq '.[0].timestamp' "$work/page-$page")
    if (($(jq length "$work/page-$page") < PAGE)) || [[ $oldest == "$end" ]]; then break; fi
    end=$oldest
  done
  logs_page "$field" "$id" "$(jq -n --arg created "$created" '$created')" "$oldest" >"$work/page-0" || echo '[]' >"$work/page-0"
  jq -sc 'add | sort_by(.timestamp) | reduce .[] as $entry ({seen: {}, kept: []};
      "\($entry.timestamp) \($entry.message)" as $key
      | if .seen[$key] then . else .seen[$key] = true | .kept += [$entry] end)
    | .kept[]' "$work"/page-*
}

logs_page() {
  graphql "$1" "$(jq -n --arg deploymentId "$2" --argjson limit "$PAGE" --argjson startDate "$3" --argjson endDate "$4" '$ARGS.named')" \
    | jq ".$1 // []"
}

# graphql_deployment [ID]: the deployment, or the latest of the service.
graphql_deployment() {
  local input
  if [[ -n ${1:-} ]]; then
    graphql deployment "$(jq -n --arg id "$1" '$ARGS.named')" | jq '.deployment // empty | '"$SHOWN"
    return
  fi
  input=$(deployment_input) || return 1
  graphql latest "{\"input\": $input, \"first\": 20}" \
    | jq '[.deployments.edges[].node] | sort_by(.createdAt) | last // empty | '"$SHOWN"
}

# What --service, --environment and --project mean, as ids.
deployment_input() {
  local scope known
  if [[ -n ${RAILWAY_TOKEN:-} ]]; then scope=$(graphql projectToken) || return 1
  else scope='{"projectToken": {}}'; fi
  scope=$(jq --arg project "$project" '.projectToken | {projectId: (if $project == "" then .projectId else $project end), environmentId}' <<<"$scope")
  [[ $(jq .projectId <<<"$scope") != null ]] || { note "which project? --project ID (or a project token in RAILWAY_TOKEN)"; return 1; }
  known=$(graphql project "$(jq '{id: .projectId}' <<<"$scope")") || return 1
  jq -n --argjson scope "$scope" --argjson known "$known" --arg service "$service" --arg environment "$environment" \
    -f "$parts/scope.jq" 2>"$work/scope-error" || { local error; error=$(<"$work/scope-error"); note "${error#*): }"; return 1; }
}

graphql_events() {
  graphql events "$(jq -n --arg id "$1" '$ARGS.named')" | jq -r '.deploymentEvents.edges[].node | select(.payload.error) | "\(.step) failed: \(.payload.error)"'
}
