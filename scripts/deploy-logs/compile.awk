# Turns the rules into the awk function rule_for(text): the first rule that fits, or 0. (A bare text is $0 already.) Two reasons:
# an expression in a variable is compiled anew at each use by gawk, a constant once; and an index by words spares a
# large log nearly all of the work: an alternative of a pattern is tried only on lines that hold a word it cannot match
# without. (So a literal word at the very start or end of a pattern stands for a whole word.)
# Run as: awk -v rules=TSV -f rules.awk -f compile.awk

BEGIN {
  load_rules(rules)
  PLAIN = "^[^][(){}\\\\^$.?*+]+"
  GATES = split("^[^A-Za-z0-9\001] [[] [0-9] _ [A-Za-z0-9]\002*[A-Z] error|failure", GATE, " "); BARE = 4
  for (g = 1; g <= BARE; g++) SIGN[g] = 1
  CLASS_OF["0-9"] = CLASS_OF["1-9"] = CLASS_OF["58"] = CLASS_OF["13"] = "0"; CLASS_OF["a-z"] = "a"; CLASS_OF["A-Z"] = "A"
  everyday = WORDS = split("a an and app assets build by code directory dist error Error failed file for found in is js line log message module no node not npm of on package process src the to with", WORD, " ")
  for (w = 1; w <= WORDS; w++) { EVERYDAY[WORD[w]] = 1; TRIES_WITH[WORD[w]] = "" }
  for (r = 1; r <= RULES; r++) {
    if ((why = fault(r)) != "") { print "rule " ID[r] ": " why >"/dev/stderr"; exit 2 }
    index_rule(r)
  }
  print "BEGIN {"
  print "  FS = \"[^A-Za-z0-9_]+\""
  for (w = 1; w <= WORDS; w++) if (TRIES_WITH[WORD[w]] != "") print "  NUMBER[\"" WORD[w] "\"] = " w
  for (t = 1; t <= TRIES; t++) print "  RULE_OF[" t "] = " RULE_OF[t]
  print "}"
  print "function rule_for(text, bare,    i, word, first) {"
  print "  if (!bare) $0 = text"
  print "  first = " TRIES + 1 "; looked++"
  print "  if (NF < 10) { for (i = NF; i; i--) if ($i in NUMBER) first = first_of(NUMBER[$i], text, first, bare) }"
  print "  else for (i = NF; i; i--) if ($i in NUMBER && LOOKED[word = NUMBER[$i]] != looked) { LOOKED[word] = looked; first = first_of(word, text, first, bare) }"
  print "  if (!bare) {"
  for (g = 1; g <= BARE; g++) print_gate(g)
  print "  }"
  for (g = BARE + 1; g <= GATES; g++) print_gate(g)
  print_gate(0)
  print "  return first > " TRIES " ? 0 : RULE_OF[first]"
  print "}"
  print "function first_of(word, text, first, bare) {"
  print "if (word <= " everyday ") {" # nearly every line has one of these
  print_search(1, everyday)
  print "} else {"
  print_search(everyday + 1, WORDS)
  print "}"
  print "  return first"
  print "}"
}

# Why the rule cannot be compiled: what the functions below, or peel, would take for something else.
function fault(r,    pattern, i, c, end, depth, capture) {
  if (COLUMNS[r] != 8) return COLUMNS[r] " columns, not 8 (a tab in a pattern divides it)"
  if (!STAGE[r]) return "unknown stage"
  pattern = PATTERN[r]
  if (pattern == "" || pattern ~ /^[|]|[^\\][|][|]|[^\\][|]$/) return "an alternative that is empty"
  for (i = 1; match(substr(pattern, i), /[[(){}\\]/); i++) {
    i += RSTART - 1
    c = substr(pattern, i, 1)
    if (c == "\\" && i++ == length(pattern)) return "ends in a backslash"
    else if (c == "[") {
      end = set_end(pattern, i)
      if (end > length(pattern) || substr(pattern, end, 1) != "]") return "a [ that is not closed"
      if (index(substr(pattern, i, end - i), "\\")) return "a backslash in [ ]"
      i = end
    }
    else if (c == "(") depth++
    else if (c == ")" && --depth < 0) return "a ) without a ("
    else if (c == "{" && (depth || capture++)) return "a capture inside a group"
    else if (c == "}" && (depth || --capture)) return "a } without a {"
  }
  if (depth || capture) return "a group that is not closed"
  return EXCEPT[r] ~ /[{]/ ? "a capture in what it leaves out" : ""
}

# A binary search for the word, as nested ifs, for awk has no switch; then what it may stand for, in order.
function print_search(from, to,    middle) {
  if (from == to) {
    if (from <= everyday) {
      print "if (bare) {"
      print_tries(bare_tries(TRIES_WITH[WORD[from]]), WORD[from], 1)
      print "return first }"
    }
    print_tries(TRIES_WITH[WORD[from]], WORD[from], 3)
    return
  }
  middle = int((from + to) / 2)
  print "if (word <= " middle ") {"
  print_search(from, middle)
  print "} else {"
  print_search(middle + 1, to)
  print "}"
}

# Of more than MOST, one expression for all comes first.
function print_tries(list, word, most,    tries, n, i) {
  n = split(list, tries, " ")
  if (n > most) print "if (text !~ " constant(any_of(list)) ") return first"
  for (i = 1; i <= n; i++) print "if (" tries[i] " < first && " test(tries[i], word) ") return " tries[i]
}

function bare_tries(list,    tries, n, i, some) {
  n = split(list, tries, " ")
  for (i = 1; i <= n; i++) if (!(gate(TRY[tries[i]]) in SIGN)) some = some " " tries[i]
  return some
}

# What has no word is tried on lines with a sign that it cannot match without, all at once first. (A bare line has none
# of the first signs.)
function print_gate(g,    t, all, sign) {
  for (t = 1; t <= TRIES; t++) if (t in GATE_OF && GATE_OF[t] == g) all = all " " t
  if (all == "") return
  sign = GATE[g]
  gsub(/[\001\002][*]?/, "", sign)
  print "  if (" (g ? "text ~ " constant(sign) " && " : "") "text ~ " constant(any_of(all)) ") {"
  for (t = 1; t <= TRIES; t++) if (t in GATE_OF && GATE_OF[t] == g) print "    if (" t " < first && " test(t, "") ") first = " t
  print "  }"
}

# The first of GATE whose sign stands in every text that PATTERN matches, 0 if none does.
function gate(pattern,    g) {
  for (g = 1; g <= GATES; g++) if (demands(pattern, g)) return g
  return 0
}

function demands(pattern, g,    at, end, options, n, i) {
  if (((pattern ~ /^\^/ ? "" : "\001") literals(pattern, 1)) ~ GATE[g]) return 1
  at = choice(pattern)
  if (!at) return 0
  end = choice_end(pattern, at)
  n = choices(pattern, at, options)
  for (i = 1; i <= n; i++)
    if (!demands(substr(pattern, 1, at - 1) options[i] substr(pattern, end + 1), g)) return 0
  return 1
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
    if (!needs_words(TRY[TRIES])) { GATE_OF[TRIES] = gate(TRY[TRIES]); continue }
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
  end = choice_end(pattern, at)
  n = choices(pattern, at, options)
  for (i = 1; i <= n; i++)
    if (!needs_words(substr(pattern, 1, at - 1) options[i] substr(pattern, end + 1))) return 0
  return 1
}

# Where the first group or set of letters stands that is there exactly once; 0 if there is none.
function choice(pattern,    i, c, end) {
  for (i = 1; match(substr(pattern, i), /[[(\\]/); i = end + 1) {
    i += RSTART - 1
    c = substr(pattern, i, 1)
    if (c == "\\") { end = i + 1; continue }
    end = choice_end(pattern, i)
    if (!index("?*+", substr(pattern, end + 1, 1)) || end == length(pattern))
      if (c == "(" || substr(pattern, i + 1, end - i - 1) ~ /^[A-Za-z]+$/) return i
  }
  return 0
}

function choice_end(pattern, at) { return substr(pattern, at, 1) == "[" ? set_end(pattern, at) : group_end(pattern, at) }

function choices(pattern, at, options,    text) {
  text = substr(pattern, at + 1, choice_end(pattern, at) - at - 1)
  return substr(pattern, at, 1) == "[" ? split_characters(text, options) : split_alternatives(text, options)
}

function group_end(pattern, from,    i, c, depth) {
  for (i = from; match(substr(pattern, i), /[[(){}\\]/); i++) {
    i += RSTART - 1
    c = substr(pattern, i, 1)
    if (c == "\\") i++
    else if (c == "[") i = set_end(pattern, i)
    else if (c == "(" || c == "{") depth++
    else if (--depth == 0) return i
  }
  return length(pattern) + 1
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
# characters) becomes \001, which spoils the word it touches. For a gate (CLASSES) a set of
# digits, of small or of capital letters is one of them, and letters and digits that may be absent are \002.
function literals(pattern, classes,    i, c, end, text) {
  if ((pattern, classes) in FIXED) return FIXED[pattern, classes]
  for (i = 1; i <= length(pattern); i++) {
    # All but the last of a run of plain characters: what follows may be about that one.
    if (match(substr(pattern, i), PLAIN) && RLENGTH > 1) { text = text substr(pattern, i, RLENGTH - 1); i += RLENGTH - 1 }
    c = substr(pattern, i, 1)
    if (c == "^" || c == "$") continue
    if (c == "[") {
      end = set_end(pattern, i)
      c = substr(pattern, i + 1, end - i - 1)
      i = end
      if (classes && c ~ /^[A-Za-z0-9-]+$/ && substr(pattern, i + 1, 1) == "*") { i++; c = "\002" }
      else c = classes && c in CLASS_OF ? CLASS_OF[c] : c ~ /[A-Za-z0-9_^]/ ? "\001" : " "
    }
    else if (c == "(" || c == "{") { i = group_end(pattern, i); c = "\001" }
    else if (c == "\\") c = substr(pattern, ++i, 1)
    else if (index(".?*+", c)) c = "\001"
    text = text (may_be_absent(pattern, i + 1) || (c ~ /[A-Za-z0-9_]/ && !classes && substr(pattern, i + 1, 1) == "+") ? "\001" : c)
    if (c != "\001" && substr(pattern, i + 1, 1) == "+") i++
  }
  return FIXED[pattern, classes] = text
}

function may_be_absent(pattern, at) { return at <= length(pattern) && index("?*", substr(pattern, at, 1)) }

function set_end(pattern, from,    i) {
  i = from + (substr(pattern, from + 1, 1) == "^" ? 2 : 1)
  for (i++; i < length(pattern) && substr(pattern, i, 1) != "]"; i++);
  return i
}
