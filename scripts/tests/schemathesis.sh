#!/usr/bin/env bash
# Runs schemathesis against the service, with requests made from its contract: as a user, an admin and
# another service. Installs it into target/ on first use.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

version=4.32.5

require python3
find_jdk
find_maven
venv="$ROOT/target/schemathesis-$version"
if [[ ! -x "$venv/bin/schemathesis" ]]; then
  rm -rf "$venv"
  { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"; } ||
    die 1 "Could not install schemathesis $version."
fi
rm -f "$ROOT"/service/target/schemathesis-*.log
integration_test SchemathesisCheck -pl service -Dschemathesis.command="$venv/bin/schemathesis"
grep -hE '^ +[0-9]+ generated' "$ROOT"/service/target/schemathesis-*.log
