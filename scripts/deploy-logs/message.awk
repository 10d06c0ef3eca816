# What a tool itself said, and which tool it was: for errors that no specific rule knows, and for lines that only announce
# a message. Lines are kept since the last command began; of each log only the first hits look at them.

BEGIN {
  load_tools(tools)
  GENERIC["build-failed"] = GENERIC["uncaught-exception"] = GENERIC["app-exited"] = 1
  FILE_NAME = "[^ ]*[.](js|jsx|ts|tsx|mjs|cjs|vue|svelte|astro|css|scss|html|md|mdx|py|rb|php|java|go|rs)"
  # The message follows such a line.
  ANNOUNCEMENT = ":$|^(Error|ERROR|error)[^A-Za-z]*(error)?$|^npm (ERR!|error) code E[A-Z0-9]+$|^Error: P[0-9][0-9][0-9][0-9]$|aborted!$|failed with an exception[.]$|FAILED TO START$|Fatal Error$" \
    "|^Oops! Something went wrong|in DEBUG output\\)$|was thrown:?$|Unable to build website|^Problem [0-9]+$|installable set of packages[.]$|does not match the API schema[.]$" \
    "|^\\[ERROR\\] .*\\) failed[.]$|^Failed to compile[.]?$|[Ee]rrors? (occurred|was found|were found)[.]?$|[Cc]ompiled with (some )?errors|^[a-z]+: " FILE_NAME "$|^(> )?Having trouble (rendering|writing) " \
    "|bundle compiled with errors|not compatible with your version of node|[Cc]ompilation error in file |^Build failed[.!]?$|^Script .* (returned with error code|terminated with exit code) [0-9]+$|^error from build pipeline$|^[0-9]+: .*showing first$|Could not find compatible versions$"
  # Neither a message nor a part of one: rules, frames of code, of stacks and of Dockerfiles, the names of files and steps.
  NO_MESSAGE = "^[^A-Za-z]*$|^npm (ERR!|error) *$|^[0-9]+ *\\||^>>> |^Dockerfile:|^(> )?\\[[^]]*[0-9]+/[0-9]+\\] |^> \\[|^[|+-]+> |^> [^ ]+@[0-9]|^at |^File \"|^(#[0-9]+ )?(CACHED|DONE|FROM|RUN|COPY|WORKDIR|Step) |^(info|Info|INFO) |^#[0-9]+ " \
    "|^(npm (ERR!|error) )?(errno|syscall|path|ERESOLVE|While resolving|Found|node_modules/|engine Unsupported|code |A complete log|$)|^npm (ERR!|error) +(dev |optional )?[@a-z][^ ]*@[^ ]* from |^[*] |^Build file '|^Require stack|^- /|^[A-Z][a-z]+ stack|^Search for the keywords|^\\[[a-z]+\\]$" \
    "|^[\"'(]?" FILE_NAME "[\"')]?(:[0-9:]+)?$|^\"build.command\" failed|^Error (message|location)|^ESLint: |^(Call|Stack) stack|^[A-Za-z.]+ v?[0-9.]+$|^install \\[|[Ee]xit(ed)?( with)?( code| status)[: ]|ELIFECYCLE|Command failed|non-zero exit|^(The )?[Bb]uild (failed|error)|[0-9] ?(B|kB|KB|KiB|MB|bytes)([^A-Za-z]|$)"
  ERRORLIKE = "[Ee]rror|ERR|[Ff]ail|[Cc]annot|[Cc]an't|[Cc]ould not|[Cc]ouldn't|[Uu]nable|[Rr]equire|[Ii]nvalid|[Uu]nsupported|[Uu]nexpected|[Uu]nknown|[Mm]issing|[Dd]enied|[Rr]efused|[Nn]ot (found|defined|supported|allowed|permitted|set|valid|configured|exist|a directory|installed)|n't |in use|already|[Nn]o such|[Nn]o [A-Za-z]+ (is|was|are|found|configured|specified)|must |[Ee]xpected|exceed|conflict|[Aa]bort|[Ii]llegal|[Tt]oo (old|many|large|long)"
  # Such a line ends what was said before it.
  AFTERTHOUGHT = "returned with error code|[Ee]xited with|[Ee]xit (code|status)|terminated with an exception|due to (previous |the )?errors?|startup failed|because of (webpack )?errors|configuration is not valid|error occurred while running|[Ff]ailed during stage|[Ff]ailed to (solve|build|deploy|compile)|did not complete|(command|script|step|build|job|stage) [^:]*failed"
  OWN_WORDS = "^(Failed|Error|ERROR|FATAL): [^\"]*$" # not only that a command failed
  SHELLS = "^(sh|bash|npm|npx|yarn|pnpm|bun|node|cd|set|echo|export|if|for|then|else|sudo|env|time|corepack|exec|rm|cp|mv|ls|cat|test)$"
  A_COMMAND = "^[>$+%] |^(RUN|Run|Running|Executing|Step)[ :]|^\\[[^]]*[0-9]/[0-9]+\\] RUN|^(bundle exec |npx |yarn |pnpm )?[a-z]+ (build|deploy)( |$)|process \"/bin/sh -c|^Command \"|[Cc]ommand: |command failed: |^Building with"
}

# Called for every line that is judged.
function keep(text, at) {
  if (text == "") return
  if (index(text, "RUN ") && text ~ /^(\[[^]]*[0-9]+\/[0-9]+\]|Step [0-9]+\/[0-9]+ :) RUN /) begin_command(text)
  else if (kept == since && commands ~ /^> [^ ]+@[^ ]+ [^\n]+\n/ && index(text, "> ")) { # a script, then its text
    text = from_prompt(text)
    if (substr(text, 1, 2) == "> ") begin_command(text)
  }
  newest = ++kept % 40
  RECENT[newest] = text; RECENT_AT[newest] = at
}

# What a good line says of itself is no message; what comes before a new step has nothing to do with it.
function set_aside(class) {
  RECENT[newest] = ""
  if (class == "start") begin_command(matching)
  else if (class == "done" || class == "last" || class == "up") { commands = ""; since = kept }
}

# A command without what is, or may be, a prefix.
function from_prompt(text,    guard) {
  while (guard++ < 4 && substr(text, 1, 2) != "> " && (match(text, MAYBE) || match(text, PREFIX))) text = substr(text, RLENGTH + 1)
  return text
}

function begin_command(text) { commands = substr(text "\n" commands, 1, 600); since = kept }

function forget_messages() {
  split("", RECENT); split("", LED_TO); split("", ANNOUNCES); split("", SAID); split("", SAID_AT); split("", CALLED_BY)
  kept = since = newest = 0; commands = ""
}

# The lines before a hit, the nearest first; too many hits of one rule are worth nothing.
function note_hit(r, text,    i) {
  if (length(text) < 250 && text ~ ANNOUNCEMENT) ANNOUNCES[r] = 14
  if ((!(SAYS[r] in GENERIC) && text !~ AFTERTHOUGHT) || TIMES[r] > 100) return
  LED_TO[r] = ""
  for (i = kept - 1; i > since && i > kept - 40; i--)
    if (RECENT[i % 40] != "") LED_TO[r] = LED_TO[r] RECENT_AT[i % 40] "\t" substr(RECENT[i % 40], 1, 300) "\n"
  CALLED_BY[r] = commands
}

# Does this line say what the one that R hit announces? Called for the lines after a hit.
function announced(r, text, at) {
  sub(/^> +/, "", text)
  if (text !~ NO_MESSAGE && text ~ / / && (text !~ ANNOUNCEMENT || text ~ /^- /)) {
    SAID[r] = text; SAID_AT[r] = at
    delete ANNOUNCES[r]
  } else if (--ANNOUNCES[r] == 0) delete ANNOUNCES[r]
}

# Sets MESSAGE_TEXT and MESSAGE_AT: what the line that is told says, or announces, or ends.
function find_message(told, primary,    rows, n, i, tab, text, step, pass) {
  MESSAGE_TEXT = KEY[told]; MESSAGE_AT = FIRST[told]
  if (told in SAID) { MESSAGE_TEXT = SAID[told]; MESSAGE_AT = SAID_AT[told]; return }
  if (!(told in LED_TO) || (KEY[told] !~ AFTERTHOUGHT && (CLASS[told] != "symptom" || KEY[told] ~ OWN_WORDS || !(SAYS[primary] in GENERIC)))) return
  step = KEY[told] ~ /did not complete|failed to solve|executor failed/
  n = split(LED_TO[told], rows, "\n")
  for (pass = 1; pass <= 1 + step; pass++)
    for (i = 1; i < n && i < 20; i++) {
      tab = index(rows[i], "\t"); text = bared(substr(rows[i], tab + 1))
      if (text ~ NO_MESSAGE || text !~ / / || text ~ A_COMMAND || text ~ ANNOUNCEMENT || text ~ /^[Ww]arn|^npm (warn|notice)/) continue
      if (pass == 1 && text !~ ERRORLIKE) continue
      MESSAGE_TEXT = text; MESSAGE_AT = substr(rows[i], 1, tab - 1)
      return
    }
}

# Which tool said so: the one whose own words the message is, or those of the lines about it, or that was called.
function tool_of(told,    t, rows, n, i, said, nearest, found, message) {
  message = bared(MESSAGE_TEXT)
  for (t = 1; t <= TOOLS; t++) if (speaks(MESSAGE_TEXT, t) || speaks(message, t) || speaks(KEY[told], t)) return t
  n = split(CONTEXT[told] LED_TO[told], rows, "\n")
  nearest = n
  for (i = 1; i < n; i++) { sub(/^[0-9]*\t/, "", rows[i]); rows[i] = bared(rows[i]) }
  said = CLASS[told] != "symptom" || MESSAGE_TEXT != KEY[told] # an exit alone may be anybody's
  for (t = 1; t <= TOOLS; t++)
    for (i = 1; i < nearest; i++) if ((said && speaks(rows[i], t)) || (rows[i] ~ A_COMMAND && calls(rows[i], t))) { nearest = i; found = t; break }
  if (found) return found
  n = split(KEY[told] "\n" CALLED_BY[told], rows, "\n")
  for (i = 1; i <= n; i++) {
    for (t = 1; t <= TOOLS; t++) if (speaks(rows[i], t) || calls(rows[i], t)) return t
    if (i > 1 && rows[i] ~ A_COMMAND) break # another program
  }
  return KEY[told] ~ /process "\/bin\/sh -c|executor failed running|returned a non-zero code/ ? STEP_TOOL : 0
}

# Without what may be a prefix (see prefix.awk), for patterns that begin with ^.
function bared(text,    guard) {
  while (guard++ < 4 && text ~ MAYBE && match(text, MAYBE)) text = without_prefixes(without_bullet(substr(text, RLENGTH + 1)))
  DOCKER_STEP = 0 # which is only asked while a line is judged
  return text
}

# The program that the last command named, for tools that no row knows.
function program_of(told,    rows, n, i, text, word) {
  if (MESSAGE_TEXT == KEY[told] && CLASS[told] == "symptom") return ""
  n = split(CALLED_BY[told], rows, "\n")
  text = rows[1]
  if (!sub(/^([>$+%] |Run |Executing user (build |deploy )?command: |(\[[^]]*\] )?RUN )/, "", text)) return ""
  sub(/^(npx|pnpm|yarn|bunx|bundle exec|poetry run|uv run) /, "", text)
  word = text
  sub(/ .*/, "", word)
  return word ~ /^[a-z][a-z0-9-]+$/ && length(word) < 25 && text ~ / / && word !~ SHELLS ? word : ""
}

function speaks(text, t) { return TOOL_SPEAKS[t] != "" && text ~ TOOL_SPEAKS[t] }

function calls(text, t) { return TOOL_CALLED[t] != "" && text ~ TOOL_CALLED[t] }

function tool_fix(t, told,    text, command) {
  text = TOOL_FIX[t]
  if (match(KEY[told], /(-c |running \[|command ')[^"']*/)) command = substr(KEY[told], RSTART, RLENGTH)
  sub(/^(-c |running \[|command ')(\/bin\/(ba)?sh -c )?/, "", command)
  gsub(/[&\\]/, "\\\\&", command)
  if (index(text, "{1}")) sub(/[{]1[}]/, command == "" ? "that the line names" : "`" shown(substr(command, 1, 150)) "`", text)
  return text
}
