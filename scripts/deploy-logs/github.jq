# GitHub workflow commands: one annotation for each broken log, for the cause only, as GitHub shows ten of a step at most.
def escaped: gsub("%"; "%25") | gsub("\r"; "%0D") | gsub("\n"; "%0A");
def property: escaped | gsub(":"; "%3A") | gsub(","; "%2C");
if .verdict == "fail" then (.files // [.])[] | select(.verdict == "fail")
  | "::error title=\("\(.cause) (\(.rule))" | property)\(if .line then ",file=\(.source | property),line=\(.line)" else "" end)::\("\(.key_line)\nFix: \(.fix)\nDocs: \(.docs)" | escaped)"
elif .verdict == "pass" then "::notice title=deploy logs::clean"
else "::warning title=deploy logs::could not tell: \(.reason | escaped)" end
