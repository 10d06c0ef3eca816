# Names or ids of service and environment -> the input of Railway's `deployments` query. One of a kind needs no naming.
def pick($kind; $edges; $wanted; $default):
  [$edges[].node] as $all
  | ($all | map(select(.id == $wanted or .name == $wanted))) as $named
  | if $wanted != "" then $named[0].id // error("no \($kind) \($wanted) among: \($all | map(.name) | join(", "))")
    elif $default then $default
    elif ($all | length) == 1 then $all[0].id
    else error("which \($kind)? --\($kind) one of: \($all | map(.name) | join(", "))") end;
$scope + {
  environmentId: pick("environment"; $known.project.environments.edges; $environment; $scope.environmentId),
  serviceId: pick("service"; $known.project.services.edges; $service; null)
}
