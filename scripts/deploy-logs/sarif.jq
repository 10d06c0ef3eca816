# SARIF 2.1.0: one result when broken, none when clean; `executionSuccessful` is false when it could not be told.
. as $finding
| ($rules | split("\n") | map(split("\t") | select(.[0] == $finding.rule)) | .[0]) as $row
| {
    version: "2.1.0",
    "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
    runs: [{
      tool: {driver: {name: "check-fe-deploy-logs", informationUri: "https://docs.railway.com/guides/logs",
        rules: (if .verdict == "fail" then [{id: .rule, name: .cause, shortDescription: {text: .cause}, help: {text: .fix}, helpUri: .docs,
          properties: {stage: ($row[2] // null)}}] else [] end)}},
      invocations: [{executionSuccessful: (.verdict != "unknown")}],
      results: (if .verdict != "fail" then [] else [{
        ruleId: .rule, level: "error", message: {text: "\(.key_line)\n\(.fix)"},
        locations: [if .line then {physicalLocation: {artifactLocation: {uri: (.source | gsub(" "; "%20"))}, region: {startLine: .line}}} else empty end]
      }] end)
    }]
  }
