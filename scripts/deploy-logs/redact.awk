# Takes credentials out of a line: by their form (makers' prefixes, JSON web tokens, keys, URLs with user info), and by
# the name that they are given to. The names stay: they are what the reader needs.

BEGIN {
  word = "[A-Za-z0-9_-]"
  long = times("[A-Za-z0-9_.~+\\/=-]", 8)
  MAKERS = "(HRKU-|gh[pousr]_|github_pat_|npm_|nfp_|sbp_|rnd_|glpat-|dop_v1_|hf_|fo1_|fm[12]_|shp(at|ss|ca|pa)_|wg_sk_|[sprw]k[_-](live_|test_|proj-|ant-)?|re_|xox[abeoprs]-|xapp-|A[KS]IA|AIza|ya29[.]|dckr_pat_|whsec_|pul-|lin_api_|pat-|vercel_blob_rw_|EAAC|SG[.])" \
    word "*" times("[A-Za-z0-9]", 10) "[A-Za-z0-9_.-]*"
  JWT = "eyJ[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.]?[A-Za-z0-9_-]*"
  WEBHOOK = "(hooks[.]slack[.]com\\/(services|workflows)|discord(app)?[.]com\\/api\\/webhooks|outlook[.]office[.]com\\/webhook|api[.]telegram[.]org\\/bot)[\\/A-Za-z0-9_:@.-]*"
  # On the line in lower case.
  NAMES = "(token|secret|passw(or)?d|passwd|passphrase|[_-]pass|^pass|pwd|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|account[_-]?key|service[_-]?key|anon[_-]?key|auth[_-]?key|_key|credentials?|connection[_-]?string|_dsn|authtoken|_auth)"
  ASSIGNED = "[a-z0-9_.-]*" NAMES "((s|key|value|hash|id)?[0-9]*|[_-][a-z0-9_-]*)[\"'`]?[ \t]*(=>|[=:])[ \t]*"
  OPTION = "--?[a-z-]*(token|password|passwd|secret|api-key|apikey|auth|access-key|private-key)[ \t]+"
  LOGIN = "(^|[ \t])(-u|--user)[ \t]*[^: \t\"'`]+:|[?&](sig|signature|x-amz-signature)="
  # Words that a secret may follow, if what follows looks like one.
  BEFORE = "(^|[ \t])(token|password|passwd|passphrase|pass|secret|api[_ -]?key|-p)( provided:?)?[ \t]+[\"'`]?"
  HEADER = "(authorization|cookie|set-cookie|proxy-authorization|x-api-key|x-auth-token)[\"'`]?[ \t]*[:=][ \t]*"
}

function redacted(text,    low) {
  if (index(text, "-----BEGIN") && text ~ /-----BEGIN[A-Z ]*PRIVATE KEY/)
    gsub(/-----BEGIN[A-Z ]*PRIVATE KEY-----[^-]*(-----END[A-Z ]*PRIVATE KEY-----)?/, "*** (private key)", text)
  if (index(text, "://") && index(text, "@")) text = without_user_info(text)
  gsub(WEBHOOK, "***", text)
  gsub(/([Bb]earer|[Bb]asic|BEARER|BASIC) [A-Za-z0-9._~+\/=-][A-Za-z0-9._~+\/=-][A-Za-z0-9._~+\/=-][A-Za-z0-9._~+\/=-][A-Za-z0-9._~+\/=-][A-Za-z0-9._~+\/=-]+/, "Bearer ***", text)
  gsub(MAKERS, "***", text)
  gsub(JWT, "***", text)
  low = tolower(text)
  if (low ~ HEADER) text = masked_after(text, HEADER, 1)
  if (low ~ ASSIGNED) text = masked_after(text, ASSIGNED, 0)
  if (low ~ OPTION) text = masked_after(text, OPTION, 0)
  if (low ~ LOGIN) text = masked_after(text, LOGIN, 0)
  if (low ~ BEFORE) text = masked_after(text, BEFORE, 2)
  return text
}

# Masks the value after each match of NAMED; of a header (1), all that follows; of a mere word (2), what looks secret.
function masked_after(text, named, header,    out, low, start, size) {
  low = tolower(text)
  while (match(low, named)) {
    start = RSTART + RLENGTH
    if (substr(low, 1, RSTART - 1) ~ /unexpected $/) size = 0
    else if (header == 2) size = guessed_size(substr(text, start))
    else size = header ? header_size(substr(text, start)) : value_size(substr(text, start))
    out = out substr(text, 1, start - 1) (size ? "***" : "")
    text = substr(text, start + size)
    low = substr(low, start + size)
  }
  return out text
}

# How long the value is that TEXT begins with, with its quotes; what says that there is none is no secret.
function value_size(text,    quote) {
  if (text ~ /^(write|read|none|edit|show|expired|invalid|missing|required|denied|refused)([ .,;)"'`]|$)/) return 0
  if (text ~ /^["'`]?(Get|Head|Post|Put) "?https?:|^(dial|read) tcp |^(net\/http|x509): |^context deadline|^(unexpected )?EOF$/) return 0 # a request of Go that failed
  if (text ~ /^(process[.]env|Please |You did |undefined|null|true|false|is |not |\$|\*\*\*|%|<|\()/) return 0
  if (match(text, /^\\?["'`]/)) {
    quote = substr(text, RLENGTH, 1)
    if (match(substr(text, RLENGTH + 1), quote)) return RSTART + (substr(text, 1, 1) == "\\" ? 2 : 1)
    return length(text)
  }
  return match(text, /^[^ \t"'`,;&)}]+/) ? RLENGTH : 0
}

# Letters and digits, at least eight, that are no path, file or version.
function guessed_size(text,    value) {
  if (!match(text, /^[^ \t"'`,;&)}]+/)) return 0
  value = substr(text, 1, RLENGTH)
  return RLENGTH >= 8 && value ~ /[0-9]/ && value ~ /[A-Za-z]/ && value !~ /[\/:@]|[.][a-z]+$|^v?[0-9]+[.]/ ? RLENGTH : 0
}

function header_size(text) { return match(text, /^[^"'`]+/) ? RLENGTH : value_size(text) }

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

# The lines of a private key, which only the line before them gives away.
function without_key(text) {
  if (pem) {
    if (text ~ /^([0-9][0-9TZ:.+-]* )?[A-Za-z0-9+\/=]+$/) return "***"
    pem = 0
  }
  if (index(text, "-----BEGIN") && text ~ /-----BEGIN[A-Z ]*PRIVATE KEY-----$/) pem = 1
  return text
}

function times(text, n) { return n ? text times(text, n - 1) : "" }
