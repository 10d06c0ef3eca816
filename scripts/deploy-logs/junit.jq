# JUnit XML: a test case for each log; failed when broken, an error when it could not be told.
def xml: @html;
def outcome: {pass: "", fail: "<failure message=\"\("\(.cause): \(.key_line)" | xml)\" type=\"\(.rule // "" | xml)\">\("\(.fix)\n\(.docs)" | xml)</failure>",
  unknown: "<error message=\"\(.reason // "" | xml)\"/>"}[.verdict];
. as $finding
| (.files // [$finding | .source = (.source // .deployment.id? // "deployment")]) as $logs
| def count($verdict): [$logs[] | select(.verdict == $verdict)] | length;
"<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<testsuite name=\"deploy logs\" tests=\"\($logs | length)\" failures=\"\(count("fail"))\" errors=\"\(count("unknown"))\" skipped=\"0\">
\([$logs[] | "  <testcase classname=\"check-fe-deploy-logs\" name=\"\(.source | xml)\">\(outcome)</testcase>"] | join("\n"))
</testsuite>"
