#!/usr/bin/env bash
# Scores the log checker on labelled logs: those of fixtures/, or of a directory with an index.tsv (columns file,
# expected or verdict, cause, also_accept). Prints each miss and a line of figures. Exit status 1 if a failing log was
# called clean or a good one broken.
set -euo pipefail

here=$(unset CDPATH && cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
corpus=${1:-$here/fixtures}

# Prints file, verdict, accepted causes and rule, divided by tabs; what is empty is not asked for.
labels() {
  if [[ $corpus != "$here/fixtures" ]]; then
    awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
      { verdict = $(column["expected"] ? column["expected"] : column["verdict"]); cause = $column["cause"]
        if (cause ~ / /) cause = "" # in words
        else if (column["also_accept"] && $column["also_accept"] != "") cause = cause "," $column["also_accept"]
        print $1 "\t" verdict "\t" (verdict == "fail" ? cause : "") "\t" }' "$corpus/index.tsv"
    return
  fi
  local file name
  (cd "$corpus" && printf '%s\n' {fail,more,pass,unknown}/*.log) | while read -r file; do
    name=${file##*/} name=${name%.log}
    case $file in
      fail/*) printf '%s\tfail\t\t%s\n' "$file" "$name" ;;
      more/*) printf '%s\tfail\t%s\t\n' "$file" "${name%%--*}" ;;
      *) printf '%s\t%s\t\t\n' "$file" "${file%%/*}" ;;
    esac
  done
}

logs() {
  local file
  while IFS=$'\t' read -r file _; do
    printf '\f%s\n' "$file"
    LC_ALL=C tr -d '\000\014\376\377' <"$corpus/$file"
    echo
  done
}

wanted=$(labels)
logs <<<"$wanted" | "$here/../check-fe-deploy-logs.sh" --many | jq -rs --arg wanted "$wanted" '
  (map({key: .source, value: .}) | from_entries) as $said
  | [$wanted | split("\n")[] | split("\t") | {file: .[0], verdict: .[1], causes: (.[2] | split(",")), rule: .[3], said: $said[.[0]]}]
  | map(.right = (.said.verdict == .verdict and (.causes == [] or (.said.cause as $cause | .causes | index($cause) != null))
      and (.rule == "" or .said.rule == .rule)))
  | def count(condition): map(select(condition)) | length;
    map(select(.verdict == "fail")) as $fail | map(select(.verdict == "pass")) as $pass | map(select(.verdict == "unknown")) as $cut
  | (.[] | select(.right | not) | "\(.file): \(.said.verdict) \(.said.cause // "") \(.said.rule // ""), not \(.verdict) \(.causes | join("|"))\(.rule)"),
    "failing: caught \($fail | count(.said.verdict == "fail")) of \($fail | length), cause right \($fail | count(.right)), called clean \($fail | count(.said.verdict == "pass"))",
    "good:    flagged \($pass | count(.said.verdict == "fail")) of \($pass | length), recognised \($pass | count(.right))",
    if $cut == [] then empty else "cut off: unknown \($cut | count(.right)) of \($cut | length)" end,
    if ($fail | count(.said.verdict == "pass")) + ($pass | count(.said.verdict == "fail")) > 0 then "" | halt_error(1) else empty end'
