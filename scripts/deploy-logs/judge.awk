# Judges logs, one after the other, each in bounded memory (one hit per rule). A line "\f" NAME begins a log; further
# fields, divided by tabs: 1 if the platform calls it failed, a rule to leave out, why it cannot be read. `fold` has broken long lines.
#
# Classes of rules, by what a hit says:
#   noise    nothing: the line looks bad and is not
#   platform only which platform speaks (column `says`, which rows of the other good classes have too)
#   start    something began, so the success before it no longer speaks for the log
#   step     a step ended well, and more is to come: whatever was wrong before it in that step was got over
#   done     a tool ended well: its last word, if the log is the tool's alone
#   up       a server runs: the last word of a log of a start
#   last     a platform's last word: the deployment ended well
#   end      the log is whole: the image that was made last is its end
#   cause    something failed, and this is why
#   clue     why, if something failed: healthy programs print such lines too
#   reason   why, if something failed; the first to be named, though harmless in a log that ends well
#   hint     why, if something failed and no other line says so: mostly a warning
#   symptom  something failed; the reason is elsewhere, so it is named only when no cause is

BEGIN {
  load_rules(rules); load_platforms(platforms); load_advice(advice)
  WORTH["step"] = 1; WORTH["done"] = 2; WORTH["up"] = 3; WORTH["last"] = 4
}

# Most lines of a long log are text without a prefix, and continue no line before.
direct && !(open || blanks || broken || pem) && $0 !~ UNBARE && length($0) <= 400 {
  line++
  if (width) { record = $0; judge_joined(); $0 = record; begin_whole($0, line); matched = 1; open = length($0) == width }
  if (!width && $0 == last_raw || often && again($0)) repeat()
  else {
    last_raw = matching = $0; last_shape = ""; last_hit = 0; lines++
    remember(matching, line)
    found = rule_for(matching, 1)
    matched = found || standing == "done" ? obey(allowed(found, matching), line) : 0
  }
  next
}

/^\f/ { record = $0; end_log(); begin_log(record); next }

$0 == "" && !broken { blanks++; next } # those at the end do not count

{
  record = $0 # rule_for puts the text that it looks at into $0
  for (; blanks; blanks--) take("")
  if (length(record) >= FOLD) { # a piece of a longer line: its beginning is kept, of the rest the end
    if (!broken) { head = substr(record, 1, 2000); tail = substr(record, 2001); broken = 1 } else tail = record
    next
  }
  if (broken) take_broken(record); else take(record)
}

END { end_log() }

function take_broken(rest) {
  broken = 0
  rest = tail rest
  take(head (length(rest) > 500 ? substr(rest, length(rest) - 499) : rest))
}

function begin_log(header,    part) {
  split(substr(header, 2), part, "\t")
  print "log\t" part[1] (part[4] == "" ? "" : "\t" part[4])
  failed = part[2] + 0; without = part[3]
  in_log = 1
}

function end_log() {
  if (broken) take_broken("")
  if (!in_log) return
  read_ahead()
  judge_joined()
  conclude()
  split("", FIRST); split("", PAST); split("", TIMES); split("", KEY); split("", CONTEXT); split("", AFTER); split("", SEEN); split("", RAN); split("", FITS)
  in_log = open = blanks = stepped = line = direct = lines = dropped = pem = joined = matched = width = often = 0
  forget_messages()
  asked = older1_at = older2_at = current_at = 0; standing = standing_says = owner = named = language = last_raw = last_shape = older1 = older2 = current = ""
}

# The first lines are kept until it is known how wide the console was that broke them.
function take(raw) {
  if (++line == 1) { sub(/^\357\273\277/, "", raw); begin_measure() }
  if (direct) { if (!width && (raw == last_raw || often && again(raw) || same(raw))) repeat(); else judge_raw(raw, line); return }
  AHEAD[line] = raw
  measure(raw)
  if (line == 2000) read_ahead()
}

function read_ahead(    i) {
  if (direct) return
  width = wrap_width()
  for (i = 1; i <= line; i++) { judge_raw(AHEAD[i], i); delete AHEAD[i] }
  direct = 1
}

# A rule that 10,000 lines of this log have fitted is tried first from then on, and alone if it fits. It stands, or is noise.
function again(raw) {
  if (raw !~ OFTEN || (OFTEN_NOT != "" && raw ~ OFTEN_NOT) || raw ~ /^[ \t]*[{]|\r./) return 0
  if (pem || waiting || !(CLASS[often] == "noise" || (often in FIRST) && standing != "up" && standing != "last")) return 0
  last_raw = raw; last_shape = ""; last_hit = CLASS[often] == "noise" ? 0 : often
  return 1
}

# The line before again but for a long number (of a request, a module, bytes): judged already.
function same(raw,    shape, difference) {
  difference = length(raw) - length(last_raw)
  if (difference > 1 || difference < -1) { last_shape = ""; return 0 }
  shape = raw
  if (!gsub(/[0-9][0-9][0-9][0-9]+/, "0000", shape)) shape = ""
  if (shape != "" && shape == last_shape) return 1
  last_shape = shape
  return 0
}

# It costs nothing.
function repeat() { lines++; if (last_hit) TIMES[last_hit]++ }

function judge_raw(raw, at,    count, i, logical) {
  if (width) {
    if (open && joined < 20 && continues(last_raw, raw, width)) { whole = whole raw; joined++ }
    else { judge_joined(); begin_whole(raw, at); matched = 0 }
    open = columns(raw) == width || raw ~ / $/
  }
  last_raw = raw; last_hit = 0
  count = normalise(raw, logical)
  for (i = 1; i <= count; i++) if (judge(logical[i], at)) matched = 1
}

function begin_whole(raw, at) { whole = raw; joined = 1; first_line = at }

# A wrapped line is judged once more as a whole, when none of its parts said anything.
function judge_joined() {
  if (joined > 1 && !matched) judge(plain(whole), first_line)
  joined = 0
}

function judge(text, at) {
  if (text == "") { remember(text, at); return 0 }
  if (index(text, "Messages dropped: ")) dropped = 1 # Railway, above 500 lines a second
  matching = without_key(text)
  lines++
  remember(matching, at)
  return obey(best_rule(matching), at)
}

# Does what the rule of a line says, and returns whether there is one.
function obey(r, at) {
  if (r && ++FITS[r] == 10000 && CLASS[r] ~ /^(noise|reason|cause|clue|hint|symptom)$/) { often = r; OFTEN = grouped(PATTERN[r]); OFTEN_NOT = EXCEPT[r] }
  if (DOCKER_STEP) { see("docker"); DOCKER_STEP = 0 }
  if (!r || CLASS[r] == "platform") {
    if (standing == "done" && standing_stage == 1) standing = "" # after an install something else began
    if (!r) return 0
  }
  # A framework's last word may be as short as "done": only where the framework spoke before.
  if (CLASS[r] == "last" && length(matching) < 6 && owner != SAYS[r] && !(SAYS[r] in SEEN)) return 0
  if (SAYS[r] in LEVEL) see(SAYS[r])
  act(r, CLASS[r], at)
  return 1
}

function act(r, class, at) {
  if (class == "platform" && language == "" && asked++ < 200) language = language_in(matching)
  if (class !~ /^(cause|reason|clue|hint|symptom|platform|end)$/) set_aside(class)
  if (class == "noise" || class == "platform") return
  if (class == "start") { if (standing != "") stepped = 1; standing = "" }
  else if (class == "end") { if (standing == "" ? stepped && SAYS[r] == "github" : standing_stage >= STAGE[r]) { standing = "last"; standing_says = owner } }
  else if (class == "step" || class == "done" || class == "up" || class == "last") succeed(r, class, at)
  else {
    hit(r, matching, at)
    if ((r in FIRST) && served(r)) overcome(r)
  }
}

# Did a service that runs print this? Its errors are those of its requests, unless they stopped it.
function served(r) {
  if (ID[r] == "NODE-CRASH" || ID[r] == "LIFECYCLE" || (CLASS[r] == "symptom" && STAGE[r] == RANK["deploy"])) return 0
  if (CLASS[r] == "reason" || (CLASS[r] == "cause" && SAYS[r] !~ /plugin/)) return 0
  if (standing == "up") return ended()
  return standing == "last" && SERVICE[standing_says] != "" && last_raw ~ SERVICE[standing_says]
}

# Which platform the log is from: the one that decides what the last word is.
function see(platform) {
  SEEN[platform] = 1
  if (LEVEL[platform] > LEVEL[owner]) owner = platform
}

# The rule for the line, also for what is left of it without what may be a prefix: the earlier one of the table.
function best_rule(text,    r, other, guard) {
  r = allowed(rule_for(text), text)
  while (guard++ < 4 && text ~ MAYBE && text !~ /^\[?[A-Za-z_]*([Ee]rror|ERROR|WARN|[Ww]arning)/ && match(text, MAYBE)) {
    text = without_prefixes(without_bullet(substr(text, RLENGTH + 1)))
    other = allowed(rule_for(text), text)
    if (r && EXCEPT[r] != "" && text ~ EXCEPT[r] && text ~ grouped(PATTERN[r])) r = 0
    if (other && (!r || other < r)) { r = other; matching = text }
  }
  return r
}

# With a rule left out (a test does so), the next one that fits.
function allowed(r, text) {
  if (!r || ID[r] != without) return r
  for (r++; r <= RULES; r++)
    if (text ~ grouped(PATTERN[r]) && !(EXCEPT[r] != "" && text ~ EXCEPT[r])) return r
  return 0
}

function succeed(r, class, at,    other) {
  for (other in FIRST) if (class == "step" && other in RAN) continue # a build's end says nothing of what runs
    else if (CLASS[other] == "reason" && (class == "done" || (class == "last" && LEVEL[SAYS[r]] < 3))) continue # harmless there, and what follows may fail for it
    else if (STAGE[other] <= STAGE[r] || CLASS[other] == "clue" || CLASS[other] == "hint") overcome(other)
  if (ended() && WORTH[class] < WORTH[standing]) return # only a new start takes back a last word
  standing = class; standing_stage = STAGE[r]; standing_says = SAYS[r]
  success_line = at; success_text = matching
}

# Kept apart, not forgotten: in parallel builds another package's success may come between a cause and the final word.
function overcome(r) {
  if (!(r in PAST)) PAST[r] = FIRST[r]
  delete FIRST[r]
}

function hit(r, text, at) {
  TIMES[r]++
  last_hit = r
  if (named == "" && TIMES[r] < 20) named = named_in(text)
  if (language == "" && TIMES[r] < 20) language = language_in(text)
  if (r in FIRST) return
  FIRST[r] = at
  if (length(SERVICE[owner]) > 1 && last_raw ~ SERVICE[owner]) RAN[r]
  KEY[r] = text
  CONTEXT[r] = (older2_at ? older2_at "\t" older2 "\n" : "") (older1_at ? older1_at "\t" older1 "\n" : "") current_at "\t" current "\n"
  AFTER[r] = 2; waiting = 1
  note_hit(r, text)
}

# Keeps the lines around each first hit: two before, two after.
function remember(text, at,    r) {
  older2 = older1; older1 = current; current = text
  older2_at = older1_at; older1_at = current_at; current_at = at
  keep(text, at)
  if (!waiting) return
  waiting = 0
  for (r in AFTER) {
    CONTEXT[r] = CONTEXT[r] at "\t" text "\n"
    if (r in ANNOUNCES) announced(r, text, at)
    if (--AFTER[r] <= 0 && !(r in ANNOUNCES)) delete AFTER[r]
    else waiting = 1
  }
}
