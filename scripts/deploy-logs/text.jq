# A finding for people.
def paint($code): if $colour then "\u001b[\($code)m\(.)\u001b[0m" else . end;
def lines($n; $one; $many): if $n == 1 then $one else "\($n) \($many)" end;
def numbered($key): (.line | tostring) as $n
  | "\(if .line == $key then ">" else " " end)\((" " * (6 - ($n | length))) // "")\($n) | \(.text)"
  | if startswith(">") then paint("31") else . end;
def quoted: if length > 120 then .[:117] + "..." else . end;
def word: {pass: ("CLEAN  " | paint("1;32")), fail: ("BROKEN " | paint("1;31")), unknown: ("UNKNOWN" | paint("1;33"))}[.];
. as $finding
| ([.related[].count] | add // 0) as $folded
| (.deployment | if . then "\(.service // "deployment") \(.id) (\(.status), \(.createdAt // "time unknown"))\n" else "" end)
+ (if .files then ([.files[] | "\(.verdict | word)  \(.source)\(if .cause then ": \(.cause)" else "" end)"] | join("\n")) + "\n\n" else "" end)
+ if .verdict == "fail" then
    ("BROKEN  " | paint("1;31")) + "\(.cause)\(if .by_tool then ": \(.key_line | quoted)" else "" end) (rule \(.rule))\n\n"
    + (if .line then "\(.source), line \(.line)\n" + ([.context[] | numbered($finding.line)] | join("\n")) else .key_line end)
    + "\n\nFix     \(.fix)\nDocs    \(.docs)"
    + (if $folded == 0 then ""
       elif $all then "\n\nRelated lines\n" + ([.related[] | "\(.line): \(.key_line)\(if .count > 1 then "  (\(.count) times)" else "" end)"] | join("\n"))
       else "\n\n" + lines($folded; "1 related line"; "related lines") + " folded (--all shows them)" end)
  elif .verdict == "pass" then
    ("CLEAN   " | paint("1;32")) + (if .success then "line \(.success.line) says: \(.success.text)" else .reason end)
  else ("UNKNOWN " | paint("1;33")) + .reason end
