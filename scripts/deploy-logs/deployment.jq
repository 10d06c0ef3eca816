# The findings of a deployment's build log, deploy log and events, and its status -> findings as the status allows.
def failed: "FAILED", "CRASHED";
def good: "SUCCESS", "SLEEPING";
def unfinished: "BUILDING", "DEPLOYING", "INITIALIZING", "QUEUED", "WAITING", "NEEDS_APPROVAL";
def is(statuses): $deployment.status as $status | any(statuses; . == $status);
. as $findings
| all(.[:2][]; .empty) as $no_logs
| any(.[]; .incomplete) as $incomplete
| (map(select(.verdict == "fail")) | min_by(.weight)) as $broken
| (if is(failed) then
    $broken // {verdict: "fail", cause: "build-failed", rule: "RAILWAY-STATUS", line: null, context: [], related: [],
      key_line: "Railway says \($deployment.status)", fix: "Open the deployment in Railway: its logs hold no known cause.",
      docs: "https://docs.railway.com/reference/deployments"}
  elif is(good) and $no_logs then {verdict: "unknown", reason: "Railway says \($deployment.status), but there are no logs"}
  elif is(good) and $incomplete then {verdict: "unknown", reason: "Railway says \($deployment.status), but dropped log lines"}
  elif is(good) then {verdict: "pass", reason: "Railway says \($deployment.status)", success: (map(.success // empty) | last)}
  elif is(unfinished) then {verdict: "unknown", reason: "the deployment is still \($deployment.status); --wait waits for its end"}
  elif $no_logs then {verdict: "unknown", reason: "the deployment is \($deployment.status) and has no logs"}
  else $broken // ($findings[:2] | map(select(.empty | not)) | max_by({pass: 0, unknown: 1}[.verdict])) end)
+ {deployment: $deployment}
