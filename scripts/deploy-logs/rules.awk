# Loads rules.tsv and fills the fix texts. In a pattern `{...}` is a group whose text the fix can name: {1} is
# the first such group of the alternative that matched. Awk has no capture groups, so the alternative is kept in
# pieces and peeled off the line one by one.

function load_rules(file,    row, f) {
  RANK["install"] = 1; RANK["build"] = 2; RANK["image"] = 3; RANK["deploy"] = 4
  while ((getline row < file) > 0) {
    if (row ~ /^(#|id\t|$)/) continue
    split(row, f, "\t")
    RULES++
    ID[RULES] = f[1]; CLASS[RULES] = f[2]; STAGE[RULES] = RANK[f[3]]; SLUG[RULES] = f[4]
    PATTERN[RULES] = f[5]; EXCEPT[RULES] = f[6]; FIX[RULES] = f[7]; DOCS[RULES] = f[8]
  }
  close(file)
}

function filled_fix(r, text,    fix, alternatives, n, i) {
  fix = FIX[r]
  if (!index(fix, "{1}")) return fix
  n = split_alternatives(PATTERN[r], alternatives)
  for (i = 1; i <= n; i++)
    if (index(alternatives[i], "{") && match(text, grouped(alternatives[i]))) {
      fix = peel(fix, alternatives[i], substr(text, RSTART, RLENGTH))
      break
    }
  gsub(/[{][0-9][}]/, "(see the line)", fix)
  return fix
}

# Puts what the captures of PATTERN took from TEXT into FIX.
function peel(fix, pattern, text,    pieces, n, i) {
  sub(/^\^/, "", pattern)
  n = split(pattern, pieces, /[{}]/) # odd pieces lie between the captures, even ones are captures
  for (i = 1; i <= n; i++) {
    if (pieces[i] == "") continue
    if (!match(text, "^(" pieces[i] ")")) break
    if (i % 2 == 0) fix = replaced(fix, "{" (i / 2) "}", substr(text, 1, RLENGTH))
    text = substr(text, RLENGTH + 1)
  }
  return fix
}

# Splits PATTERN at each | that stands outside brackets, groups and captures.
function split_alternatives(pattern, out,    n, i, c, depth, set) {
  n = 1; out[1] = ""
  for (i = 1; i <= length(pattern); i++) {
    c = substr(pattern, i, 1)
    if (c == "\\") { out[n] = out[n] c substr(pattern, ++i, 1); continue }
    if (set) { if (c == "]" && i > set + 1) set = 0 }
    else if (c == "[") set = substr(pattern, i + 1, 1) == "^" ? i + 1 : i
    else if (c == "(" || c == "{") depth++
    else if (c == ")" || c == "}") depth--
    else if (c == "|" && !depth) { out[++n] = ""; continue }
    out[n] = out[n] c
  }
  return n
}

function grouped(pattern) {
  gsub(/[{]/, "(", pattern)
  gsub(/[}]/, ")", pattern)
  return pattern
}

function replaced(text, name, value,    at) {
  while ((at = index(text, name))) text = substr(text, 1, at - 1) value substr(text, at + length(name))
  return text
}
