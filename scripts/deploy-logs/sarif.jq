# SARIF 2.1.0: a result for each broken log, none when clean; `executionSuccessful` is false when it could not be told.
. as $finding
| [(.files // [$finding])[] | select(.verdict == "fail")] as $broken
| {
    version: "2.1.0",
    "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
    runs: [{
      tool: {driver: {name: "check-fe-deploy-logs",
        rules: ([$broken[] | {id: .rule, name: .cause, shortDescription: {text: .cause}, help: {text: .fix}, helpUri: .docs}] | unique_by(.id))}},
      invocations: [{executionSuccessful: (.verdict != "unknown")}],
      results: [$broken[] | {
        ruleId: .rule, level: "error", message: {text: "\(.key_line)\n\(.fix)"},
        locations: [if .line then {physicalLocation: {artifactLocation: {uri: (.source | gsub("%"; "%25") | gsub(" "; "%20") | gsub("#"; "%23"))}, region: {startLine: .line}}} else empty end]
      }]
    }]
  }
