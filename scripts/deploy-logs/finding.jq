# judge.awk's tab-separated records -> one finding.
def number: tonumber;
[inputs | split("\t")] as $records
| def of($name): $records | map(select(.[0] == $name));
  (of("verdict")[0][1]) as $verdict
| (of("primary")[0]) as $primary
| (of("lines")[0]) as $lines
| {
    verdict: $verdict,
    cause: $primary[2], rule: $primary[1], line: ($primary[4] | if . then number else null end), key_line: $primary[5],
    fix: $primary[6], docs: $primary[7],
    related: ([of("related")[] | select(.[1] != $primary[1] or .[4] != "1") | {rule: .[1], cause: .[2],
      line: (.[3] | number), count: ((.[4] | number) - (if .[1] == $primary[1] then 1 else 0 end)), key_line: .[5]}] | sort_by(.line)),
    context: [of("context")[] | {line: (.[1] | number), text: .[2]}],
    success: (of("success")[0] | if . then {line: (.[1] | number), text: .[2]} else null end),
    reason: ($lines | if .[1] == "0" then "the log is empty" elif .[2] == "1" then "the log is incomplete (messages dropped)" else "no known failure and no sign of success" end),
    weight: ($primary[3] | if . then number else 9 end),
    empty: ($lines[1] == "0"), incomplete: ($lines[2] == "1"),
    $source
  }
