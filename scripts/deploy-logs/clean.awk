# Takes out of a line what a terminal or a CI runner would obey, and makes its bullets readable.

# Without escape sequences, control characters and the marks that reorder text. Where 8-bit controls stand alone, the
# line is no UTF-8 and jq replaces them.
function clean(text) {
  if (index(text, "[") && text ~ /\[[0-9;]*m/) gsub(/\033?\[[0-9][0-9]?(;[0-9]+)*m/, "", text) # colours, also without ESC
  if (text !~ /[\001-\010\013-\037\177-\377]/) return text
  if (index(text, "\033")) {
    gsub(/\033\[[0-?]*[ -\/]*[@-~]/, "", text)
    gsub(/\033[]PX^_][^\007\033]*(\007|\033\\)?/, "", text) # OSC, DCS, SOS, PM, APC: up to their end
    gsub(/\033[ -\/]*[0-~]?/, "", text)
  }
  gsub(/\302[\200-\237]|\342\200[\213-\217\250-\256]|\342\201[\240-\257]|\330\234|\357\273\277/, "", text)
  gsub(/[\001-\010\013-\037\177]/, "", text)
  return text
}

# U+26A0 (and what two Windows code pages make of it) behind blanks and a clock: the line is a warning.
function has_warning_sign(text) {
  return text ~ /^[][0-9:., \tTZ#-]*(\342\232\240|\303\224\303\234\303\241|\316\223\303\234\303\241)/
}

# The line without bullets: anything that is no printable ASCII, so also ticks and crosses that a console has garbled.
function without_bullet(text) {
  if (text !~ /^[!-~]/) sub(/^[^!-~]+/, "", text)
  return text
}
