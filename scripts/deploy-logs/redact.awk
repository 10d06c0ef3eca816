# Takes credentials out of a line: user info in URLs, tokens with their makers' prefixes, bearer and JSON web tokens, and
# what is assigned to a name that tells. The names stay: they are what the reader needs.

BEGIN {
  long = times("[A-Za-z0-9]", 16)
  MAKERS = "(gh[pousr]_|github_pat_|npm_|glpat-|[spr]k_(live|test)_|sk-|xox[abp]-|AKIA|AIza|dckr_pat_|whsec_|SG[.])[A-Za-z0-9_-]*" long "[A-Za-z0-9_-]*"
  JWT = "eyJ[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+"
  ASSIGNED = "([A-Z0-9]*(TOKEN|SECRET|PASSWORD|PASSWD|_KEY|APIKEY)[A-Z0-9_]*\"?[ \t]*[=:]|(token|secret|password|passwd|apikey|authToken)(=|\"[ \t]*:))[ \t]*\"?'?[^ \t\"',;&]+"
}

function redacted(text,    out, found, rest) {
  if (index(text, "://") && index(text, "@")) text = without_user_info(text)
  gsub(/[Bb]earer [A-Za-z0-9._~+\/=-]+/, "Bearer ***", text)
  gsub(MAKERS, "***", text)
  gsub(JWT, "***", text)
  while (match(text, ASSIGNED)) {
    found = substr(text, RSTART, RLENGTH)
    rest = substr(text, RSTART + RLENGTH)
    out = out substr(text, 1, RSTART - 1) masked(found)
    text = rest
  }
  return out text
}

function without_user_info(text,    out, url) {
  while (match(text, /[A-Za-z][A-Za-z0-9+.-]*:\/\/[^ \t"'<>]+/)) {
    url = substr(text, RSTART, RLENGTH)
    out = out substr(text, 1, RSTART - 1) anonymous(url)
    text = substr(text, RSTART + RLENGTH)
  }
  return out text
}

# scheme://user:password@host -> scheme://***@host, also if somebody left an @ or / in the password as it was. An @ in
# the path of a page (/@scope/package) is none of that; a colon with digits is a port, but before a database's @.
function anonymous(url,    start, rest, host, known) {
  start = index(url, "://") + 2
  rest = substr(url, start + 1)
  host = rest
  sub(/\/.*/, "", host)
  known = url ~ /^(postgres|mysql|mariadb|mongodb|redis|rediss|amqp|amqps)[a-z+]*:/
  if (index(host, "@") && !known) sub(/^[^\/]*@/, "***@", rest)
  else if (index(host, "@") || host ~ /:/ && (known || host !~ /:[0-9]*$/)) sub(/^.*@/, "***@", rest)
  return substr(url, 1, start) rest
}

# NAME=value -> NAME=***
function masked(assignment) {
  match(assignment, /"?[ \t]*[=:][ \t]*"?'?/)
  return substr(assignment, 1, RSTART + RLENGTH - 1) "***"
}

function times(text, n) { return n ? text times(text, n - 1) : "" }
