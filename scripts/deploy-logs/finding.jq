# judge.awk's tab-separated records -> one finding for each log.
include "safe";
def number: tonumber;
def finding($records):
  def of($name): $records | map(select(.[0] == $name));
  (of("primary")[0]) as $primary
  | (of("lines")[0]) as $lines
  | {
      verdict: of("verdict")[0][1],
      cause: $primary[2], rule: $primary[1], line: ($primary[4] | if . then number else null end), key_line: $primary[5],
      fix: $primary[6], docs: $primary[7],
      related: ([of("related")[] | select(.[1] != $primary[1] or .[4] != "1") | {rule: .[1], cause: .[2],
        line: (.[3] | number), count: ((.[4] | number) - (if .[1] == $primary[1] then 1 else 0 end)), key_line: .[5]}] | sort_by(.line)),
      context: [of("context")[] | {line: (.[1] | number), text: .[2]}],
      success: (of("success")[0] | if . then {line: (.[1] | number), text: .[2]} else null end),
      reason: ($lines | if of("verdict")[0][1] != "unknown" then null elif of("log")[0][2] then of("log")[0][2] elif .[1] == "0" then "the log is empty" elif .[2] == "1" then "the log is incomplete (messages dropped)"
        elif .[4] == "" then "no known failure and no sign of success"
        else "no known failure, but the log ends before \(if .[3] == "" then "the end" else "the last word of \(.[3])" end)" end),
      by_tool: ($primary[8] == "1"),
      weight: ($primary[3] | if . then number else 90 end),
      empty: ($lines[1] == "0"), incomplete: ($lines[2] == "1"),
      source: of("log")[0][1]
    };
foreach (inputs, null) as $line ({ready: null, records: []};
  if $line == null then {ready: .records, records: []}
  else ($line | safe | split("\t")) as $record
    | if $record[0] == "log" then {ready: .records, records: [$record]} else {ready: null, records: (.records + [$record])} end
  end;
  if (.ready // [] | length) > 0 then finding(.ready) else empty end)
