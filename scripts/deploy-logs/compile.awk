# Turns the rules into the awk function rule_for(text): the first rule that fits, or 0. Two reasons:
# an expression in a variable is compiled anew at each use by gawk, a constant once; and an index by words spares a
# large log nearly all of the work: an alternative of a pattern is tried only on lines that hold a word it cannot match
# without. (So a literal word at the very start or end of a pattern stands for a whole word.)
# Run as: awk -v rules=TSV -f rules.awk -f compile.awk

BEGIN {
  load_rules(rules)
  split("a an and app assets build by code directory dist error Error failed file for found in is js line log message module node not npm of on package process src the to with", everyday, " ")
  for (i in everyday) EVERYDAY[everyday[i]] = 1
  for (r = 1; r <= RULES; r++) index_rule(r)
  print "BEGIN {"
  for (w = 1; w <= WORDS; w++) print "  NUMBER[\"" WORD[w] "\"] = " w
  for (t = 1; t <= TRIES; t++) print "  RULE_OF[" t "] = " RULE_OF[t]
  print "}"
  print "function rule_for(text,    words, n, i, first, tried) {"
  print "  n = split(text, words, /[^A-Za-z0-9_]+/); first = " TRIES + 1
  print "  for (i = 1; i <= n; i++) if ((words[i] in NUMBER) && !(words[i] in tried)) { tried[words[i]]; first = first_of(NUMBER[words[i]], text, first) }"
  print "  if (text ~ " constant(any_of(wordless_tries())) ") {"
  for (t = 1; t <= TRIES; t++) if (t in WORDLESS) print "    if (" t " < first && " test(t, "") ") first = " t
  print "  }"
  print "  return first > " TRIES " ? 0 : RULE_OF[first]"
  print "}"
  print "function first_of(word, text, first) {"
  print_search(1, WORDS)
  print "  return first"
  print "}"
}

# A binary search for the word, as nested ifs, for awk has no switch; then what it may stand for, in order.
function print_search(from, to,    middle, tries, n, i) {
  if (from == to) {
    n = split(TRIES_WITH[WORD[from]], tries, " ")
    if (n > 3) print "if (text !~ " constant(any_of(TRIES_WITH[WORD[from]])) ") return first"
    for (i = 1; i <= n; i++) print "if (" tries[i] " < first && " test(tries[i], WORD[from]) ") return " tries[i]
    return
  }
  middle = int((from + to) / 2)
  print "if (word <= " middle ") {"
  print_search(from, middle)
  print "} else {"
  print_search(middle + 1, to)
  print "}"
}

function wordless_tries(    t, all) {
  for (t = 1; t <= TRIES; t++) if (t in WORDLESS) all = all " " t
  return all
}

# One expression for several: most lines match none of them.
function any_of(list,    tries, n, i, pattern) {
  n = split(list, tries, " ")
  for (i = 1; i <= n; i++) pattern = pattern (i > 1 ? "|" : "") "(" TRY[tries[i]] ")"
  return pattern
}

# To look for fixed text is much cheaper than to match; the known word need not be looked for again.
function test(t, known,    except, fixed) {
  except = EXCEPT[RULE_OF[t]]
  fixed = longest_run(literals(TRY[t]))
  return (length(fixed) > 1 && fixed != known ? "index(text, \"" fixed "\") && " : "") \
    "text ~ " constant(TRY[t]) (except == "" ? "" : " && text !~ " constant(except))
}

function longest_run(text,    runs, n, i, best) {
  n = split(text, runs, /[^A-Za-z0-9_]+/)
  for (i = 1; i <= n; i++) if (length(runs[i]) > length(best)) best = runs[i]
  return best
}

# As a string, which gawk compiles when it is first used; thousands of compiled expressions take 100 MB.
function constant(pattern) {
  if (!(pattern in QUOTED)) QUOTED[pattern] = "\"" escaped(escaped(pattern, "[\\\\]", "\\"), "\"", "\"") "\""
  return QUOTED[pattern]
}

# With a backslash before each SIGN. (Awks differ in what gsub makes of a backslash.)
function escaped(text, set, sign,    parts, n, i, out) {
  n = split(text, parts, set); out = parts[1]
  for (i = 2; i <= n; i++) out = out "\\" sign parts[i]
  return out
}

# Enters each alternative under words; what has none is tried on every line.
function index_rule(r,    n, i, alternatives, words, k) {
  n = split_alternatives(PATTERN[r], alternatives)
  for (i = 1; i <= n; i++) {
    TRY[++TRIES] = grouped(alternatives[i])
    RULE_OF[TRIES] = r
    NEEDED = ""
    if (!needs_words(TRY[TRIES])) { WORDLESS[TRIES] = 1; continue }
    for (k = split(NEEDED, words, " "); k; k--) {
      if (!(words[k] in TRIES_WITH)) WORD[++WORDS] = words[k]
      if (!index(TRIES_WITH[words[k]] " ", " " TRIES " ")) TRIES_WITH[words[k]] = TRIES_WITH[words[k]] " " TRIES
    }
  }
}

# Adds to NEEDED words of which a line must hold one for the pattern to match. Where the pattern has no fixed word it is
# written out: (a|b) c as a c and b c, [Ee]rror as Error and error.
function needs_words(pattern,    word, at, end, options, n, i) {
  word = rarest_word(literals(pattern))
  if (word == "" || word in EVERYDAY) at = choice(pattern)
  if (word != "" && !at) { NEEDED = NEEDED " " word; return 1 }
  if (!at) return 0
  end = substr(pattern, at, 1) == "[" ? set_end(pattern, at) : group_end(pattern, at)
  if (substr(pattern, at, 1) == "[") n = split_characters(substr(pattern, at + 1, end - at - 1), options)
  else n = split_alternatives(substr(pattern, at + 1, end - at - 1), options)
  for (i = 1; i <= n; i++)
    if (!needs_words(substr(pattern, 1, at - 1) options[i] substr(pattern, end + 1))) return 0
  return 1
}

# Where the first group or set of letters stands that is there exactly once; 0 if there is none.
function choice(pattern,    i, c, end) {
  for (i = 1; i <= length(pattern); i++) {
    c = substr(pattern, i, 1)
    if (c == "\\") { i++; continue }
    if (c != "[" && c != "(") continue
    end = c == "[" ? set_end(pattern, i) : group_end(pattern, i)
    if (!index("?*+", substr(pattern, end + 1, 1)) || end == length(pattern))
      if (c == "(" || substr(pattern, i + 1, end - i - 1) ~ /^[A-Za-z]+$/) return i
    i = end
  }
  return 0
}

function group_end(pattern, from,    i, c, depth) {
  for (i = from; i <= length(pattern); i++) {
    c = substr(pattern, i, 1)
    if (c == "\\") i++
    else if (c == "[") i = set_end(pattern, i)
    else if (c == "(") depth++
    else if (c == ")" && --depth == 0) return i
  }
  return i
}

function split_characters(text, out,    n) {
  for (n = 1; n <= length(text); n++) out[n] = substr(text, n, 1)
  return length(text)
}

# The longest word of a pattern's fixed text, but one that is in every log only if there is no other.
function rarest_word(text,    words, n, i, best) {
  n = split(text, words, /[^A-Za-z0-9_\001]+/)
  for (i = 1; i <= n; i++)
    if (!index(words[i], "\001") && rarity(words[i]) > rarity(best)) best = words[i]
  return best
}

function rarity(word) { return word == "" ? -1000 : length(word) - (word in EVERYDAY ? 100 : 0) }

# The pattern's plain characters; a set of signs only is a blank, and what is not fixed (groups, other sets, repeated
# characters) becomes \001, which spoils the word it touches.
function literals(pattern,    i, c, end, depth, text) {
  if (pattern in FIXED) return FIXED[pattern]
  for (i = 1; i <= length(pattern); i++) {
    c = substr(pattern, i, 1)
    if (c == "^" || c == "$") continue
    if (c == "[") {
      end = set_end(pattern, i)
      c = substr(pattern, i + 1, end - i - 1) ~ /[A-Za-z0-9_^]/ ? "\001" : " "
      i = end
    }
    else if (c == "(" || c == "{") { depth++; c = "\001" }
    else if (c == ")" || c == "}") { depth--; c = "\001" }
    else if (c == "\\") c = substr(pattern, ++i, 1)
    else if (index(".?*+", c)) c = "\001"
    text = text (depth || may_be_absent(pattern, i + 1) || (c ~ /[A-Za-z0-9_]/ && substr(pattern, i + 1, 1) == "+") ? "\001" : c)
    if (c != "\001" && substr(pattern, i + 1, 1) == "+") i++
  }
  return FIXED[pattern] = text
}

function may_be_absent(pattern, at) { return at <= length(pattern) && index("?*", substr(pattern, at, 1)) }

function set_end(pattern, from,    i) {
  i = from + (substr(pattern, from + 1, 1) == "^" ? 2 : 1)
  for (i++; i < length(pattern) && substr(pattern, i, 1) != "]"; i++);
  return i
}
