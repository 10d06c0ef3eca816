# Turns a raw line of a log into the texts that the tool itself printed.

# Fills OUT[1..n] with the logical lines of one physical line and returns n: progress bars keep several lines
# in one by carriage returns, JSON log entries by \n.
function normalise(raw, out,    parts, n, i, at) {
  if (raw ~ /^[ \t]*[{]/ && raw ~ MESSAGE) raw = json_message(raw)
  else if (!(at = index(raw, "\r")) || at == length(raw)) { out[1] = plain(at ? substr(raw, 1, at - 1) : raw); return 1 }
  n = split(raw, parts, /[\r\n]/)
  if (n == 0) { out[1] = ""; return 1 }
  while (n > 1 && parts[n] == "") n--
  for (i = 1; i <= n; i++) out[i] = plain(parts[i])
  return n
}

# Without controls, prefixes and bullets. A warning sign becomes a word.
function plain(text,    warning) {
  warning = text ~ /[\303\316\342]/ && has_warning_sign(text)
  if (text ~ /[0-9]\342\200[\220-\225][0-9][0-9]\342/) gsub(/\342\200[\220-\225]/, "-", text) # a date that a text editor set
  text = without_prefixes(without_bullet(clean(text)))
  if (text ~ /^[*][*][A-Za-z]/) gsub(/[*][*]/, "", text) # Markdown
  if (text ~ /[ \t]$/) sub(/[ \t]+$/, "", text)
  if (index(text, "\t")) gsub(/\t/, " ", text)
  if (length(text) > 400) text = without_long_words(text)
  return (warning && text !~ /^[Ww]arning: / ? "warning: " : "") text
}

# Nothing that a person wrote is longer than 100 characters, and some expressions take quadratic time on it.
function without_long_words(text,    words, n, i, at, out) {
  n = split(text, words, /[^A-Za-z0-9_]+/)
  for (i = 1; i <= n; i++) {
    if (length(words[i]) <= 100) continue
    at = index(text, words[i])
    out = out substr(text, 1, at + 99) "..."
    text = substr(text, at + length(words[i]))
  }
  return out text
}

BEGIN { MESSAGE = "\"(message|msg|log|text|line|textPayload)\" *: *\"([^\"\\\\]|\\\\.)*\"" }

# The message of a JSON log entry, its escapes resolved.
function json_message(raw,    text) {
  match(raw, MESSAGE)
  text = substr(raw, RSTART, RLENGTH)
  sub(/^"[A-Za-z]+" *: *"/, "", text)
  text = substr(text, 1, length(text) - 1)
  gsub(/\\u00[01][0-9a-fA-F]/, "", text)
  gsub(/\\\\/, "\001", text)
  gsub(/\\[nr]/, "\n", text)
  gsub(/\\t/, "\t", text)
  gsub(/\\"/, "\"", text)
  gsub(/\001/, "\\", text)
  return text
}
