# Judging logs: awk finds, jq assembles. Sourced by check-fe-deploy-logs.sh.
# shellcheck shell=bash
# shellcheck disable=SC2154 # parts, rules and work are the main script's

# LC_ALL=C: bytes are bytes in every awk, and an odd character stops nothing.
run_awk() { LC_ALL=C awk -v rules="$rules" -f "$parts/rules.awk" "$@"; }

# judge_log FILE SOURCE [STATUS]: one JSON finding for one log; STATUS is what the platform says of the deployment.
judge_log() {
  local file=$1 source=$2 failed=0
  [[ ! ${3:-} =~ ^(FAILED|CRASHED)$ ]] || failed=1
  [[ -e $work/rule_for.awk ]] || run_awk -f "$parts/compile.awk" >"$work/rule_for.awk"
  # Without NUL and the byte-order mark's two bytes, which UTF-8 never holds, UTF-16 reads as ASCII.
  LC_ALL=C tr -d '\000\376\377' <"$file" >"$work/log"
  run_awk -v failed="$failed" -f "$work/rule_for.awk" -f "$parts/normalise.awk" -f "$parts/unwrap.awk" \
    -f "$parts/redact.awk" -f "$parts/judge.awk" \
    PASS=1 "$work/log" PASS=2 "$work/log" | jq -Rn --arg source "$source" -f "$parts/finding.jq"
}
