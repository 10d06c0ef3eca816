# PowerShell's `>` breaks every line at the console's width. The first lines of the log tell that width; then what
# belongs together is joined. 0 = this log is not wrapped.

function begin_measure() { rule_width = underlined = measured = longest = full = 0; sample = "" }

function measure(raw,    columns_used) {
  sub(/\r$/, "", raw)
  if (raw ~ /^\+ ~+$/) rule_width = length(raw)              # PowerShell underlines the failed command ...
  else if (raw ~ /^~+$/ && rule_width) underlined = rule_width # ... and the underline itself wraps
  measured++
  if (longest > 132) return
  columns_used = columns(raw)
  if (columns_used > longest) { longest = columns_used; full = 0; sample = "" }
  if (columns_used == longest && raw != sample) { full++; sample = raw }
}

# Without an underline: some different lines, but not most, that stop at exactly the same column.
function wrap_width() {
  if (underlined) return underlined
  return (longest >= 20 && longest <= 132 && full >= 3 && full * 2 < measured) ? longest : 0
}

# Does NEXT continue PREVIOUS? Either PREVIOUS fills the width, or it ends in the blank before a word that had no room.
function continues(previous, next_line, width,    word) {
  if (!width || previous == "" || next_line == "" || previous ~ /^[+ ]*~+$/) return 0
  if (columns(previous) == width) return 1
  if (previous !~ / $/) return 0
  word = next_line
  sub(/ .*/, "", word)
  return columns(previous) + columns(word) > width
}

# Characters, not bytes: UTF-8 continuation bytes and colours take no room.
function columns(text) {
  if (index(text, "\033")) gsub(/\033\[[0-9;]*m/, "", text)
  if (text ~ /[\200-\277]/) gsub(/[\200-\277]/, "", text)
  return length(text)
}
