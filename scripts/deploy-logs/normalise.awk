# Turns a raw log line into the text the tool itself printed.
# Every platform wraps that text in its own prefixes; the rules must not know about them.
# Portable awk (mawk, gawk): no intervals, no capture groups, run under LC_ALL=C so that bytes are bytes.

BEGIN {
  # One alternation, applied until nothing more comes off: prefixes nest (a timestamp before a BuildKit step before ...).
  PREFIX = "^(" \
    "[[(]?[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][T ][0-9:.,]+(Z|[+-][0-9:]+)?[])]?:?[ \t]*" \
    "|[0-9][0-9][0-9][0-9]-[A-Z][a-z][a-z]-[0-9]+ [0-9:.]+" \
    "|\\[?[0-9]?[0-9]:[0-9][0-9]:[0-9][0-9]([.,][0-9]+)?( ?[AP]M)?\\]?:?([ \t]+|$)([|] )?" \
    "|\\[(inf|err|info|error|log|debug|stdout|stderr|success|fail)\\][: \t]*" \
    "|\\[(INFO|WARNING|ERROR)\\]: " \
    "|#[0-9]+ [0-9]+[.][0-9]+ ?|#[0-9]+ |[0-9]+[.][0-9][0-9]?[0-9]?( |$)" \
    "|=> |Building: |remote: |(app|heroku)\\[[a-z]+[.]?[0-9]*\\]: " \
    "|@?[A-Za-z0-9_./-]+[: ](build|start|dev|lint|test|typecheck|check-types|compile|install|postinstall)(:[a-z]+)?: " \
    "|[A-Za-z][A-Za-z0-9_.-]*-[0-9]+ +\\| |[0-9]+\\|[^|]+\\| |\\[[0-9]+\\] " \
    "|[A-Za-z0-9 ._()/-]+\t[A-Za-z0-9 ._()/-]+\t" \
    "|(node|npm|npx|yarn|pnpm|bun|docker|vercel|railway|git)([.](exe|cmd|ps1))? : " \
    ")"
  # U+26A0, and what two Windows code pages make of it; only blanks and a clock before it.
  WARNING_SIGN = "^[][0-9:., \tTZ#-]*(\342\232\240|\303\224\303\234\303\241|\316\223\303\234\303\241)"
}

# Fills OUT[1..n] with the logical lines of one physical line and returns n: progress bars keep several lines
# in one by carriage returns, JSON log entries by \n.
function normalise(raw, out,    parts, n, i) {
  if (raw ~ /^[ \t]*[{].*"(message|msg)" *:/) raw = json_message(raw)
  n = split(raw, parts, /[\r\n]/)
  if (n == 0) { out[1] = ""; return 1 }
  while (n > 1 && parts[n] == "") n--
  for (i = 1; i <= n; i++) out[i] = plain(parts[i])
  return n
}

# Without colours, platform prefixes and leading bullets; a bullet is anything that is not printable ASCII,
# which also covers UTF-8 ticks and crosses that a Windows console has garbled. A warning sign becomes a word.
function plain(text,    guard, warning) {
  warning = text ~ WARNING_SIGN
  if (index(text, "[")) gsub(/\033\[[0-9;?]*[A-Za-z]|\[[0-9][0-9]?(;[0-9]+)*m/, "", text)
  if (index(text, "\033")) gsub(/\033\][^\007\033]*(\007|\033\\|$)/, "", text) # hyperlinks
  sub(/^[^!-~]+/, "", text)
  for (guard = 0; guard < 8 && match(text, PREFIX); guard++) {
    text = substr(text, RLENGTH + 1)
    sub(/^[^!-~]+/, "", text)
  }
  sub(/[ \t]+$/, "", text)
  gsub(/\t/, " ", text)
  return (warning ? "warning: " : "") text
}

# The message of a JSON log entry, its escapes resolved.
function json_message(raw,    text) {
  if (!match(raw, /"(message|msg)" *: *"([^"\\]|\\.)*"/)) return raw
  text = substr(raw, RSTART, RLENGTH)
  sub(/^"(message|msg)" *: *"/, "", text)
  text = substr(text, 1, length(text) - 1)
  gsub(/\\u001[bB]/, "\033", text)
  gsub(/\\\\/, "\001", text)
  gsub(/\\[nr]/, "\n", text)
  gsub(/\\t/, "\t", text)
  gsub(/\\"/, "\"", text)
  gsub(/\001/, "\\", text)
  return text
}
