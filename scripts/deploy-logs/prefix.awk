# Takes off what platforms, runners and shells put before the text that a tool printed; the rules know nothing of it.
# Portable awk: no intervals, no capture groups, bytes for characters.

BEGIN {
  d2 = "[0-9][0-9]"; d4 = d2 d2; number = "[0-9]+([.,][0-9]+)?"
  month = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[.]?"
  weekday = "((Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? +)?"
  zone = "( ?(Z|[A-Z][A-Z]?[A-Z]?T|UTC|[+-]" d2 ":?(" d2 ")?))?( UTC)?"
  clock = "[0-9]?[0-9]:" d2 ":" d2 "([.,:][0-9]+)?( ?[AaPp][.]?[Mm][.]?)?" zone
  short_clock = "[0-9]?[0-9]:" d2 "(:" d2 "([.,][0-9]+)?)?( ?[AaPp][.]?[Mm][.]?)?" zone
  date = "(" d4 "[-/.][0-9]?[0-9][-/.][0-9]?[0-9]|[0-9]?[0-9][-/.][0-9]?[0-9][-/.](" d2 ")?" d2 \
    "|" d4 "-" month "-[0-9]+|" weekday month " +[0-9]+,?( " d4 ",?)?|" weekday "[0-9]?[0-9][-/ ]" month "[-/ ]" d4 ")"
  stamp = "(" date "([T ,:]|, )+( *at )?" short_clock "( " d4 ")?|" clock "|[0-9]?[0-9]:" d2 " ?[AP]M)"
  epoch = "1[0-9]" d4 d4 "(" d2 "[0-9])?([.][0-9]+)?"
  elapsed = "(T?[+])?([0-9]+h ?)?([0-9]+m ?)?" number "m?s"
  name = "[A-Za-z0-9@_./-]+"
  # What is certainly a prefix. They nest (a timestamp before a BuildKit step before ...), so it is applied repeatedly.
  PREFIX = "^(" stamp "(:|[]]|,| -)?([ \t]+|$)([|] )?" \
    "|[[(] *(" stamp "|" epoch "|" elapsed "|[0-9]+[.][0-9]+) *[])]:?[ \t]*" \
    "|(" epoch "|" elapsed "|T?[+]" number ")(:|,| -)?([ \t]|$)" \
    "|([A-Z]+ )?" d4 "-" d2 "-" d2 "T" clock "[ \t]*" \
    "|\\[(inf|err|info|log|debug|stdout|stderr|success|fail|notice|INF|ERR|LOG|DEBUG|INFO)\\](:[ \t]*|[ \t]+)|\\[(WARNING|ERROR)\\]: " \
    "|\\[(INF|ERR|inf|err|info|log|stdout|stderr|success|fail)\\]" \
    "|(stdout|stderr) [FP] " \
    "|0[01][OE][+]? ?" \
    "|#[0-9]+ [0-9]+[.][0-9]+ ?|#[0-9]+ |[|] |Line [0-9]+: |" d2 ":" d2 ":" d2 "[.]" d2 "[0-9]|[0-9]+[.][0-9][0-9]?[0-9]?( |$)" \
    "|=+> |--> |!+ +|Building: |remote: |Step #[0-9]+( - \"[^\"]*\")?: ?" \
    "|\\[Container\\] |\\[(pod|[Jj]ob|[Tt]ask|[Ss]tep|[Ss]tage|container|service)[ :/][^]]*\\]:? *" \
    "|" name "\\[[A-Za-z0-9._/-]+\\]( [a-z][a-z][a-z] \\[[a-z]+\\] ?|: )" \
    "|@?" name "[: ](build|start|dev|lint|test|typecheck|check-types|compile|install|postinstall)(:[a-z]+)?: " \
    "|[A-Za-z]" name "[-_.][0-9]+ +\\| |[0-9]+\\|[^|]+\\| |\\[[0-9]+\\] " \
    "|(node|npm|npx|yarn|pnpm|bun|docker|vercel|railway|git)([.](exe|cmd|ps1))? : " \
    ")"
  stream = "(INFO|info|INF|DEBUG|debug|LOG|NOTICE|stdout|stderr|out|err|build|deploy|web|app)"
  # What may be one: the line is judged with it and without it.
  MAYBE = "^(\\[[^]]+\\]:? +|" name "( +| )\\| |" short_clock " |" number "%? |[A-Za-z][A-Za-z0-9_./-]*[-0-9][A-Za-z0-9_./-]*(: | [a-z][a-z0-9-]*: )" \
    "|[a-z][a-z0-9-]*-[a-z0-9]+-[a-z0-9][a-z0-9][a-z0-9][a-z0-9][a-z0-9] ([a-z][a-z0-9-]* )?" \
    "|" name " " name "\\[[0-9]+\\]: |[a-z][a-z0-9]*(-[a-z0-9]+)*-[0-9]+ |" stream "(:? +| ?[|>] ))"
  # A line without any of this is bare: no prefix, no bullet, nothing that clean.awk or normalise.awk would change.
  UNBARE = "^$|^[^A-Za-z]|[^A-Za-z .,;:'\"()/?@]| $|^" stream "[: ]|^(Building|remote): | : |(build|start|dev|lint|test|typecheck|compile|install)(:[a-z]+)?: "
}

# Sets DOCKER_STEP if one of the prefixes was BuildKit's.
function without_prefixes(text,    guard) {
  text = without_step_name(text)
  for (guard = 0; guard < 8 && text ~ PREFIX && text !~ /^(error|warning)\[/ && match(text, PREFIX); guard++) {
    if (substr(text, 1, 1) == "#") DOCKER_STEP = 1
    text = without_bullet(substr(text, RLENGTH + 1))
  }
  if (substr(text, 1, 7) == "[error]") text = with_level(text)
  if (substr(text, 1, 2) == "##" || substr(text, 1, 2) == "::") text = without_command(text)
  else if (text ~ /^[a-z]+=.* msg="/) { sub(/^.* msg="/, "", text); sub(/"( [a-z_]+=[^"]*)?$/, "", text) }
  return text
}

# The level of a line, which only its prefix tells, becomes a word.
function with_level(text) {
  sub(/^\[error\]:?[ \t]*/, "", text)
  text = without_prefixes(text)
  return text == "" || text ~ /[Ee]rror|ERR|^at |[Ww]arn/ ? text : "Error: " text
}

# `gh run view --log` puts job and step before each line, divided by tabs; both are free text.
function without_step_name(text,    first, second) {
  first = index(text, "\t")
  if (first < 2 || first > 200) return text
  second = index(substr(text, first + 1), "\t")
  if (second < 2 || second > 200) return text
  return without_bullet(substr(text, first + second + 1))
}

# Commands to a CI runner become words.
function without_command(text) {
  if (sub(/^##\[error\]|^::error[^:]*::/, "", text)) return text ~ /^[A-Za-z ]*([Ee]rror|ERR)/ ? text : "Error: " text
  if (sub(/^##\[warning\]|^::warning[^:]*::/, "", text)) return "warning: " text
  sub(/^##\[[a-z]+\]|^::(group|debug|notice)[^:]*::/, "", text)
  return text
}
