#!/usr/bin/env bash
# Reports whether a front-end deployment is broken, why, and how to fix it. See --help.
# Needs bash 4, awk (any), curl and jq.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
set +f # rules are found by their pattern, also where the caller has turned that off

here=$(unset CDPATH && cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
parts=$here/deploy-logs

# shellcheck source=deploy-logs/judge.sh
. "$parts/judge.sh"
# shellcheck source=deploy-logs/graphql.sh
. "$parts/graphql.sh"
# shellcheck source=deploy-logs/railway.sh
. "$parts/railway.sh"

readonly EX_BROKEN=1 EX_UNKNOWN=2 EX_USAGE=64 EX_UNAVAILABLE=69

usage() {
  cat <<'HELP'
Usage: check-fe-deploy-logs.sh [DEPLOYMENT_ID] [options]
       check-fe-deploy-logs.sh --file LOG [--file LOG ...] | -

Fetches the build and deploy logs of a Railway deployment (by default the latest one, in any status) and reports
whether it is broken, why, and how to fix it. With --file or - (standard input) it checks existing logs from any
platform, without using the network.

Input
  DEPLOYMENT_ID              the deployment to check
  -s, --service NAME         service name or id       (default $RAILWAY_SERVICE_ID)
  -e, --environment NAME     environment name or id   (default $RAILWAY_ENVIRONMENT_ID)
  -p, --project ID           project id               (default $RAILWAY_PROJECT_ID)
  -f, --file LOG             a log file; repeatable; - is standard input
      --many                 standard input holds many logs, each after a line of a form feed and its name;
                             prints one JSON object for each, and its exit status says nothing of them
      --wait[=SECONDS]       wait until the deployment has ended (at most 1800 s unless given)
      --save DIR             save the fetched logs here, without credentials (default .local/deploy-logs)
      --api graphql|cli      how to reach Railway (default: the railway CLI if installed, else GraphQL)

Output
      --json | --sarif | --junit | --github
      --all                  also print the related lines
      --explain RULE         print what a rule looks for, and its fix
      --list-rules           list all rules

Authentication: RAILWAY_TOKEN (project token) or RAILWAY_API_TOKEN; an empty variable counts as unset.
Exit status: 0 clean, 1 broken, 2 could not tell, 64 usage, 69 something must be installed.
HELP
}

need() {
  command -v "$1" >/dev/null || { note "this needs $1: install it"; exit "$EX_UNAVAILABLE"; }
}
die_usage() { note "$* (try --help)"; exit "$EX_USAGE"; }
# What it quotes may hold anything: only what is printable, and no command to a CI runner, gets out.
note() {
  local text
  text=$(printf '%s' "$*" | LC_ALL=C tr -c '[:print:]' '?')
  echo "check-fe-deploy-logs: ${text//##/# #}" >&2
}

main() {
  local -a files=()
  local format=text show_all=false save=.local/deploy-logs wait_seconds=0 api=auto id="" many=""
  local service=${RAILWAY_SERVICE_ID:-} environment=${RAILWAY_ENVIRONMENT_ID:-} project=${RAILWAY_PROJECT_ID:-}
  while (($#)); do
    case $1 in
      -h | --help) usage; return 0 ;;
      -s | --service | -e | --environment | -p | --project | -f | --file | --save | --api | --explain)
        (($# > 1)) || die_usage "$1 needs a value"
        case $1 in
          -s | --service) service=$2 ;;
          -e | --environment) environment=$2 ;;
          -p | --project) project=$2 ;;
          -f | --file) files+=("$2") ;;
          --save) save=$2 ;;
          --api) api=$2 ;;
          --explain) explain_rule "$2"; return ;;
        esac
        shift ;;
      --json | --sarif | --junit | --github) format=${1#--} ;;
      --all) show_all=true ;;
      --wait) wait_seconds=1800 ;;
      --wait=*) wait_seconds=${1#--wait=} ;;
      --list-rules) list_rules; return ;;
      --many) many=1 ;;
      -) files+=(-) ;;
      -*) die_usage "unknown option $1" ;;
      *) [[ -z $id ]] || die_usage "more than one deployment: $id, $1"; id=$1 ;;
    esac
    shift
  done
  [[ $wait_seconds =~ ^[0-9]+$ ]] || die_usage "--wait takes seconds, not $wait_seconds"
  [[ $api == auto || $api == cli || $api == graphql ]] || die_usage "--api is graphql or cli, not $api"
  [[ -z $id || ${#files[@]} -eq 0 ]] || die_usage "either a deployment or --file, not both"

  need awk
  need jq
  if ((${#files[@]} == 0)) && [[ -z $many ]] && { [[ $api == graphql ]] || ! command -v railway >/dev/null; }; then need curl; fi
  work=$(mktemp -d 2>/dev/null) || { note "could not tell: no directory can be made in ${TMPDIR:-/tmp}"; exit "$EX_UNKNOWN"; }
  trap 'finish $?' EXIT
  compile_rules
  if [[ $many ]]; then
    judge_logs >"$work/findings" && told=1
    cat "$work/findings"
    return
  fi
  if ((${#files[@]})); then judge_files "${files[@]}"; else judge_deployment "$id"; fi >"$work/finding.json"
  report "$format" "$show_all" <"$work/finding.json"
  told=1
  case $(jq -r .verdict "$work/finding.json") in
    pass) return 0 ;;
    fail) return "$EX_BROKEN" ;;
    *) return "$EX_UNKNOWN" ;;
  esac
}

# Removes the working directory. An unexpected end is not a verdict on the deployment.
# shellcheck disable=SC2317 # The trap calls it.
finish() {
  rm -rf "$work"
  if [[ -z ${told:-} && $1 != 0 && $1 != "$EX_USAGE" ]]; then
    note "could not tell: ended with status $1"
    exit "$EX_UNKNOWN"
  fi
}

# Judges each log given on the command line; the worst verdict counts.
judge_files() {
  local file source
  for file in "$@"; do
    source=$file
    [[ $file != - ]] || { file=/dev/stdin source="standard input"; }
    log "$file" "$source"
  done | judge_logs | jq -s -L "$parts" -f "$parts/combine.jq"
}

report() {
  local format=$1 show_all=$2 colour=false
  [[ -t 1 && -z ${NO_COLOR:-} ]] && colour=true
  if [[ $format == json ]]; then
    jq '{verdict, cause, rule, line, key_line, fix, docs, reason, related, deployment} + if .files then {files} else {} end'
  else
    jq -r --argjson all "$show_all" --argjson colour "$colour" -f "$parts/$format.jq"
  fi
}

explain_rule() {
  all_rules | awk -F '\t' -v id="$1" '$1 == id { printf "%s (%s, %s step)\nsays:    %s\npattern: %s\n", $1, $2, $3, $4, $5
    if ($6) print "unless:  " $6
    if ($7) print "fix:     " $7
    if ($8) print "docs:    " $8
    found = 1 } END { exit !found }' || die_usage "no rule $1; --list-rules names them"
}

list_rules() { all_rules | awk -F '\t' '!/^#/ { printf "%-24s %-8s %-8s %s\n", $1, $2, $3, $4 }'; }

main "$@"
