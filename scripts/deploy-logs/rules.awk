# Loads the tables and fills the fix texts. In a pattern `{...}` is a group whose text the fix can name: {1} is
# the first such group of the alternative that matched. Awk has no capture groups, so the alternative is kept in
# pieces and peeled off the line one by one.

function load_rules(file,    row, f) {
  RANK["install"] = 1; RANK["build"] = 2; RANK["image"] = 3; RANK["deploy"] = 4
  while ((getline row < file) > 0) {
    if (row ~ /^(#|id\t|$)/) continue
    COLUMNS[++RULES] = split(row, f, "\t")
    ID[RULES] = f[1]; CLASS[RULES] = f[2]; STAGE[RULES] = RANK[f[3]]; SAYS[RULES] = f[4]
    PATTERN[RULES] = f[5]; EXCEPT[RULES] = f[6]; FIX[RULES] = f[7]; DOCS[RULES] = f[8]
  }
  close(file)
}

function load_platforms(file,    row, f) {
  LEVEL[""] = 0
  while ((getline row < file) > 0) {
    if (row ~ /^(#|platform\t|$)/) continue
    split(row, f, "\t")
    LEVEL[f[1]] = f[2] + 0; ENDS[f[1]] = f[3]; SERVICE[f[1]] = f[4]
  }
  close(file)
}

function load_advice(file,    row, f) {
  while ((getline row < file) > 0) {
    if (row ~ /^(#|topic\t|$)/) continue
    split(row, f, "\t")
    WHERE[f[1], f[2]] = f[3]; PAGE[f[1], f[2]] = f[4]
  }
  close(file)
}

# Which tool stopped, where no rule knows why: by its own words, or by the command that called it.
function load_tools(file,    row, f) {
  while ((getline row < file) > 0) {
    if (row ~ /^(#|cause\t|$)/) continue
    split(row, f, "\t")
    TOOL[++TOOLS] = f[1]; TOOL_SPEAKS[TOOLS] = f[2]; TOOL_FIX[TOOLS] = f[4]; TOOL_DOCS[TOOLS] = f[5]
    if (f[3] != "") TOOL_CALLED[TOOLS] = "(^|[ /;&(\"'])(" f[3] ")($|[ ;&)\"'])"
    if (f[1] == "docker-step-error") STEP_TOOL = TOOLS
  }
  close(file)
}

# The platform that an error itself names, for a log that no platform's line betrays.
function named_in(text) {
  if (text ~ /vercel[.](com|link|app)|\/vercel\//) return "vercel"
  if (text ~ /netlify[.]com|\/opt\/build\/repo/) return "netlify"
  if (text ~ /[Cc]loudflare|[Ww]rangler|OpenNext|Pages only supports/) return "cloudflare"
  if (text ~ /render[.]com|\/opt\/render\//) return "render"
  if (text ~ /[Rr]ailway/) return "railway"
  if (text ~ /heroku/) return "heroku"
  if (text ~ /fly[.](io|toml)/) return "fly"
  if (text ~ /github[.](com|io)|github-actions|\/home\/runner\//) return "github"
  return ""
}

# The page on a topic (@env) of the platform that the log is from, or the rule's own page.
function documentation(r,    topic) {
  if (substr(DOCS[r], 1, 1) != "@") return DOCS[r]
  topic = substr(DOCS[r], 2)
  return PAGE[topic, adviser(topic)]
}

# Whose advice on the topic fits best: the platform's for the language, the platform's, the language's, anybody's.
function adviser(topic,    platform) {
  platform = owner == "" || ((topic, owner) in PAGE) == 0 && named != "" ? named : owner
  if ((topic, platform "." language) in PAGE) return platform "." language
  if ((topic, platform) in PAGE) return platform
  return (topic, "." language) in PAGE ? "." language : "any"
}

# The language of what is deployed, of which a line of the buildpack or of a tool tells.
function language_in(text) {
  if (text ~ /[Pp]ython|(^|[^a-z])pip |requirements[.]txt|Django|gunicorn|[.]py[":]/) return "python"
  if (text ~ /Elixir|Phoenix|[*][*] \((Mix|[A-Z][A-Za-z.]*Error)\)/) return "elixir"
  if (text ~ /(^|[^A-Za-z])(Ruby|Rails|Bundler|[Gg]emfile|gem)([^A-Za-z]|$)/) return "ruby"
  if (text ~ /Clojure|Leiningen/) return "clojure"
  if (text ~ /(^|[^A-Za-z])PHP([^A-Za-z]|$)|[Cc]omposer/) return "php"
  if (text ~ /[^A-Za-z]Go app|Using go[0-9]|[^A-Za-z]go[.]mod|[.]go:[0-9]/) return "go"
  if (text ~ /(Java|Gradle|Scala|Spring) app|[^A-Za-z](Maven|Gradle|JDK|sbt)([^A-Za-z]|$)/) return "java"
  if (text ~ /Node[.]?[Jj][Ss]|(^|[^A-Za-z])(npm|yarn|pnpm)([^A-Za-z]|$)|package[.]json|node_modules/) return "node"
  return ""
}

# Fills {1} with what the pattern captured and {@env} with the platform's name for its setting.
function filled_fix(r, text,    fix, alternatives, n, i, values, out, at, name) {
  fix = FIX[r]
  n = split_alternatives(PATTERN[r], alternatives)
  for (i = 1; i <= n; i++)
    if (index(alternatives[i], "{") && match(text, grouped(alternatives[i]))) {
      peel(values, alternatives[i], substr(text, RSTART, RLENGTH))
      break
    }
  while (match(fix, /[{](@[a-z]+|[0-9])[}]/)) {
    name = substr(fix, RSTART + 1, RLENGTH - 2)
    at = substr(name, 2)
    out = out substr(fix, 1, RSTART - 1)
    fix = substr(fix, RSTART + RLENGTH)
    if (substr(name, 1, 1) == "@") out = out WHERE[at, adviser(at)]
    else out = out (name in values ? substr(values[name], 1, 150) : (out == "" ? "What" : "what") " the line names")
  }
  return out fix
}

# What the captures of PATTERN took from TEXT. A capture gives back what the piece after it needs.
function peel(values, pattern, text,    pieces, n, i, size) {
  sub(/^\^/, "", pattern)
  n = split(pattern, pieces, /[{}]/) # odd pieces lie between the captures, even ones are captures
  for (i = 1; i <= n; i++) {
    if (pieces[i] == "") continue
    if (!match(text, "^(" pieces[i] ")")) break
    size = RLENGTH
    if (i % 2 == 0) {
      if (size > 300) size = 300
      if (i < n && pieces[i + 1] != "")
        while (size > 1 && substr(text, size + 1) !~ "^(" pieces[i + 1] ")") size--
      values[i / 2] = substr(text, 1, size)
    }
    text = substr(text, size + 1)
  }
}

# Splits PATTERN at each | that stands outside brackets, groups and captures.
function split_alternatives(pattern, out,    n, c, at, depth) {
  n = 1; out[1] = ""
  while (match(pattern, /[[(){}|\\]/)) {
    at = RSTART
    c = substr(pattern, at, 1)
    if (c == "\\") at++
    else if (c == "[") { match(substr(pattern, at + 1), /^\^?(\\.|.)(\\.|[^]\\])*\]/); at += RLENGTH }
    else if (c == "(" || c == "{") depth++
    else if (c == ")" || c == "}") depth--
    if (c == "|" && !depth) { out[n] = out[n] substr(pattern, 1, at - 1); out[++n] = "" }
    else out[n] = out[n] substr(pattern, 1, at)
    pattern = substr(pattern, at + 1)
  }
  out[n] = out[n] pattern
  return n
}

function grouped(pattern) {
  gsub(/[{]/, "(", pattern)
  gsub(/[}]/, ")", pattern)
  return pattern
}
