# JUnit XML: one test case; failed when broken, an error when it could not be told.
def xml: gsub("[\u0000-\u0008\u000b\u000c\u000e-\u001f]"; "") | @html;
{pass: "", fail: "<failure message=\"\("\(.cause): \(.key_line)" | xml)\" type=\"\(.rule // "" | xml)\">\("\(.fix)\n\(.docs)" | xml)</failure>",
 unknown: "<error message=\"\(.reason // "" | xml)\"/>"} as $outcome
| "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<testsuite name=\"deploy logs\" tests=\"1\" failures=\"\(if .verdict == "fail" then 1 else 0 end)\" errors=\"\(if .verdict == "unknown" then 1 else 0 end)\" skipped=\"0\">
  <testcase classname=\"check-fe-deploy-logs\" name=\"\(.source // .deployment.id? // "deployment" | xml)\">\($outcome[.verdict])</testcase>
</testsuite>"
