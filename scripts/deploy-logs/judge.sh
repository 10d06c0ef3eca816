# Judging logs: awk finds, jq assembles. Sourced by check-fe-deploy-logs.sh.
# shellcheck shell=bash
# shellcheck disable=SC2154 # parts and work are the main script's

# Longer lines are broken here; judge.awk keeps the beginning and the end. No tool writes lines of just this width.
readonly FOLD=2503

all_rules() { cat "$parts"/rules/*.tsv; }

# LC_ALL=C: bytes are bytes in every awk, and an odd character stops nothing.
run_awk() {
  LC_ALL=C awk -v FOLD="$FOLD" -v rules="$work/rules.tsv" -v platforms="$parts/platforms.tsv" -v advice="$parts/advice.tsv" -v tools="$parts/tools.tsv" \
    -f "$parts/rules.awk" "$@"
}

# log FILE SOURCE [STATUS]: the log as judge_logs reads it; STATUS is what the platform says of the deployment.
# Without NUL and the byte-order mark's two bytes, which UTF-8 never holds, UTF-16 reads as ASCII.
log() {
  local failed=0 source=${2:0:1000}
  [[ ! ${3:-} =~ ^(FAILED|CRASHED)$ ]] || failed=1
  if [[ -r $1 && ! -d $1 ]]; then
    printf '\f%s\t%s\n' "${source//[[:cntrl:]]/ }" "$failed"
    LC_ALL=C tr -d '\000\014\376\377' <"$1"
    echo
  else
    note "cannot read $2"
    printf '\f%s\t0\t\tcannot be read\n' "${source//[[:cntrl:]]/ }"
  fi
}

# Fails with the name of a rule that cannot be compiled.
compile_rules() {
  all_rules >"$work/rules.tsv"
  run_awk -f "$parts/compile.awk" >"$work/rule_for.awk"
}

# Reads logs, one after the other, and prints a JSON finding for each. One process judges them all.
judge_logs() {
  LC_ALL=C fold -b -w "$FOLD" | run_awk -f "$work/rule_for.awk" -f "$parts/clean.awk" -f "$parts/prefix.awk" \
    -f "$parts/normalise.awk" -f "$parts/unwrap.awk" -f "$parts/redact.awk" -f "$parts/message.awk" -f "$parts/judge.awk" -f "$parts/conclude.awk" \
    | jq -cRn -L "$parts" -f "$parts/finding.jq"
}
