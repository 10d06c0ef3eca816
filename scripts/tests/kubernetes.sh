#!/usr/bin/env bash
# Checks the manifests of Kubernetes, as kustomize puts them together, against the schemas of Kubernetes
# that the Python package kubernetes-validate brings. Installs it into target/ on first use. Needs kubectl
# or kustomize.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

version=1.37.0
# The oldest version of Kubernetes that is meant, and the newest that there are schemas for.
kubernetes=(1.31 1.37)

require python3
if command -v kustomize >/dev/null; then
  build=(kustomize build)
else
  require kubectl
  build=(kubectl kustomize)
fi
venv="$ROOT/target/kubernetes-validate-$version"
if [[ ! -x "$venv/bin/kubernetes-validate" ]]; then
  rm -rf "$venv"
  { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check \
    "kubernetes-validate==$version"; } || die 1 "Could not install kubernetes-validate $version."
fi
work=$(temporary_directory kubernetes)
trap 'rm -rf "$work"' EXIT
"${build[@]}" "$ROOT/service/kubernetes" >"$work/all.yaml"

for target in "${kubernetes[@]}"; do
  "$venv/bin/kubernetes-validate" --quiet --strict --kubernetes-version "$target" "$work/all.yaml" ||
    die 1 "The manifests are not those of Kubernetes $target."
done

# The check must be able to fail: a misspelt field is refused.
sed 's/readOnlyRootFilesystem/readOnlyRootFileSystem/' "$work/all.yaml" >"$work/misspelt.yaml"
if "$venv/bin/kubernetes-validate" --quiet --strict "$work/misspelt.yaml" >/dev/null 2>&1; then
  die 1 "A misspelt field was accepted."
fi
echo "$(grep -c '^kind:' "$work/all.yaml") manifests fit Kubernetes ${kubernetes[*]}."
