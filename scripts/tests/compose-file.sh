#!/usr/bin/env bash
# Checks docker-compose.yml against the schema of compose files and common rules (dclint).
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

require npm node
work=$(temporary_directory compose)
trap 'rm -rf "$work"' EXIT
npm_install "$work" dclint@3.1.0

# The services are listed in start order, not alphabetically.
lint() {
  "$work/node_modules/.bin/dclint" "$1" --max-warnings 0 --disable-rule service-keys-order \
    services-alphabetical-order service-dependencies-alphabetical-order \
    service-ports-alphabetical-order top-level-properties-order
}

lint "$ROOT/docker-compose.yml"
sed 's/mem_limit/mem_limits/' "$ROOT/docker-compose.yml" >"$work/docker-compose.yml"
! lint "$work/docker-compose.yml" >/dev/null || die 1 "dclint accepts an unknown key."
echo "docker-compose.yml is valid."
