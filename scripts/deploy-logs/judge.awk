# Judges one log, line by line, in bounded memory (one hit per rule) and prints what it found as tab-separated records.
#
# Classes of rules, by what a hit says:
#   noise    nothing: the line looks bad and is not
#   start    a step began, so the success of the step before no longer speaks for the log
#   success  a step ended well: whatever was wrong before it in that step (or an earlier one) was got over
#   cause    something failed, and this is why
#   clue     why, if something failed: healthy programs print such lines too
#   symptom  something failed; the reason is elsewhere, so it is named only when no cause is

BEGIN { load_rules(rules) }

PASS == 1 { measure($0); next }

FNR == 1 { width = wrap_width(); sub(/^\357\273\277/, "") }

{
  if (joined && joined < 20 && continues(last_raw, $0, width)) { whole = whole $0; joined++ }
  else { judge_joined(); whole = $0; joined = 1; first_line = FNR; matched = 0 }
  last_raw = $0
  count = normalise($0, logical)
  for (i = 1; i <= count; i++) { if (judge(logical[i], FNR)) matched = 1 }
}

END { judge_joined(); conclude() }

# A wrapped line is judged once more as a whole, when none of its parts said anything.
function judge_joined() {
  if (joined > 1 && !matched) judge(plain(whole), first_line)
  joined = 0
}

function judge(text, line,    r) {
  if (text != "") lines++
  if (index(text, "Messages dropped: ")) dropped = 1 # Railway, above 500 lines a second
  remember(text, line)
  r = rule_for(text)
  if (!r) return 0
  if (CLASS[r] == "success") succeed(STAGE[r], text, line)
  else if (CLASS[r] == "start") standing = 0
  else if (CLASS[r] != "noise") hit(r, text, line)
  return 1
}

function succeed(stage, text, line,    r) {
  standing = 1
  success_line = line; success_text = text
  for (r in FIRST) if (STAGE[r] <= stage) { overcome(r) }
}

# Kept apart, not forgotten: in parallel builds another package's success may come between a cause and the final word.
function overcome(r) {
  if (!(r in PAST)) PAST[r] = FIRST[r]
  delete FIRST[r]
}

function hit(r, text, line) {
  TIMES[r]++
  if (r in FIRST) return
  FIRST[r] = line
  KEY[r] = text
  CONTEXT[r] = older2 older1 current
  AFTER[r] = 2
}

# Keeps the lines around each first hit: two before, two after.
function remember(text, line,    r) {
  older2 = older1; older1 = current; current = "context\t" line "\t" text "\n"
  for (r in AFTER) {
    CONTEXT[r] = CONTEXT[r] current
    if (--AFTER[r] == 0) delete AFTER[r]
  }
}

function weight(r) {
  if (SLUG[r] == "build-failed") return CLASS[r] == "symptom" ? 4 : 5
  return CLASS[r] == "cause" ? 1 : CLASS[r] == "clue" ? 2 : 3
}

# The lightest, and among equals the earliest.
function best(hits,    r, b) {
  for (r in hits)
    if (!b || weight(r) < weight(b) || (weight(r) == weight(b) && hits[r] + 0 < hits[b] + 0)) b = r
  return b
}

# A log is a failure if something in it proves one (or the platform said so: failed), or if it holds clues and no success.
function conclude(    r, primary, proven, clues, other) {
  proven = failed
  for (r in FIRST) if (CLASS[r] == "clue") clues++; else proven++
  if (proven || (clues && !standing)) primary = best(FIRST)
  # A final word without a reason: take what an earlier, seemingly successful part said.
  if ((primary ? weight(primary) > 3 : failed) && (other = best(PAST)) && weight(other) < 3) {
    primary = other
    FIRST[other] = PAST[other]
  }
  print "verdict\t" (primary ? "fail" : standing && !dropped ? "pass" : "unknown")
  print "lines\t" lines + 0 "\t" dropped + 0
  if (standing) print "success\t" success_line "\t" redacted(success_text)
  if (!primary) return
  print "primary\t" ID[primary] "\t" SLUG[primary] "\t" weight(primary) "\t" FIRST[primary] "\t" redacted(KEY[primary]) \
    "\t" redacted(filled_fix(primary, KEY[primary])) "\t" DOCS[primary]
  printf "%s", redacted(CONTEXT[primary])
  for (r in FIRST) print "related\t" ID[r] "\t" SLUG[r] "\t" FIRST[r] "\t" TIMES[r] "\t" redacted(KEY[r])
}
