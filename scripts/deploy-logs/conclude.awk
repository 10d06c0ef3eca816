# What a log comes to, printed as tab-separated records for finding.jq.

# What a platform sees from outside: the program ended, or does not answer. What the program itself said tells more.
BEGIN { SEEN_OUTSIDE["app-exited"] = SEEN_OUTSIDE["no-open-port"] = SEEN_OUTSIDE["healthcheck-failed"] = 1 }

function weight(r) {
  if (SAYS[r] == "build-failed") return CLASS[r] == "clue" ? 40 : CLASS[r] == "hint" ? 45 : 50
  if (SAYS[r] == "uncaught-exception") return 32
  if (SAYS[r] in SEEN_OUTSIDE || ID[r] ~ /^EXIT-[0-9]+$/) return 35
  if (ID[r] == "KILLED") return 36 # a platform kills as well what does not answer
  return CLASS[r] == "reason" ? 5 : CLASS[r] == "cause" ? 10 : CLASS[r] == "clue" ? 20 : CLASS[r] == "hint" ? 25 : 30
}

# The lightest, and among equals the earliest.
function best(hits,    r, b) {
  for (r in hits)
    if (!b || weight(r) < weight(b) || (weight(r) == weight(b) && hits[r] + 0 < hits[b] + 0)) b = r
  return b
}

# Is the success that stands the end of this log? A platform's log has the platform's last word.
function ended() {
  if (standing == "last") return standing_says == owner || LEVEL[standing_says] >= LEVEL[owner]
  if (standing == "up") return owner == "" || index(ENDS[owner], "up")
  if (standing == "done") return owner == ""
  return 0
}

# A log is a failure if something in it proves one (or the platform said so: failed), or if a clue comes after the last
# success. A hint after it leaves the verdict open.
function conclude(    r, primary, proven, clues, hints, other, good, told, tool, program, cause, fix, page) {
  good = ended()
  proven = failed
  for (r in FIRST)
    if (CLASS[r] == "clue") clues++
    else if (CLASS[r] == "hint" && FIRST[r] > success_line) hints++
    else if (CLASS[r] != "hint" && CLASS[r] != "reason") proven++
  if (proven || clues) primary = best(FIRST)
  # A final word without a reason: take what an earlier, seemingly successful part said.
  if ((primary ? weight(primary) > 35 : failed) && (other = best(PAST)) && weight(other) < (ID[primary] == "KILLED" ? 36 : 30)) {
    primary = other
    FIRST[other] = PAST[other]
  }
  print "verdict\t" (primary ? "fail" : good && !dropped && !hints ? "pass" : "unknown")
  print "lines\t" lines + 0 "\t" dropped + 0 "\t" owner "\t" standing
  if (standing != "") print "success\t" success_line "\t" shown(success_text)
  if (!primary) return
  told = primary
  if (SAYS[primary] == "app-exited") # what the program said; after it in a log that begins with the newest line
    for (r in FIRST) if (telling(r, primary) > telling(told, primary)) told = r
  find_message(told, primary)
  cause = SAYS[primary]; fix = filled_fix(primary, redacted(KEY[primary])); page = documentation(primary)
  if ((cause in GENERIC) && !(cause == "app-exited" && MESSAGE_TEXT == KEY[primary])) {
    if (tool = tool_of(told)) { cause = TOOL[tool]; fix = tool_fix(tool, told); page = TOOL_DOCS[tool] }
    else if (program = program_of(told)) {
      cause = program "-error"
      fix = program " stopped with this message: run the same command locally in a clean checkout, with the same version and variables."
    }
  }
  print "primary\t" ID[primary] "\t" cause "\t" weight(primary) "\t" MESSAGE_AT "\t" shown(MESSAGE_TEXT) "\t" fix "\t" page \
    "\t" (cause != SAYS[primary])
  print_context(CONTEXT[told])
  for (r in FIRST) print "related\t" ID[r] "\t" SAYS[r] "\t" FIRST[r] "\t" TIMES[r] "\t" shown(KEY[r])
}

function telling(r, primary,    before) {
  before = FIRST[r] + 0 < FIRST[primary] + 0
  return ID[r] == "UNCAUGHT-ERROR" ? 2 + before : ID[r] == "LOOKS-LIKE-ERROR" && before
}

function print_context(block,    rows, n, i, tab) {
  n = split(block, rows, "\n")
  for (i = 1; i < n; i++) {
    tab = index(rows[i], "\t")
    print "context\t" substr(rows[i], 1, tab) shown(substr(rows[i], tab + 1))
  }
}

# At most 300 characters, and no secret that the cut would have made unrecognisable.
function shown(text) {
  text = redacted(text)
  if (length(text) <= 300) return text
  text = substr(text, 1, 297)
  sub(/[\300-\377][\200-\277]*$/, "", text)
  return text "..."
}
