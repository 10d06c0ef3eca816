#!/usr/bin/env bash
# Has @simplewebauthn/browser, which was not written for this service, register and use passkeys on a page of
# another origin, in Chromium with an authenticator that it simulates. Installs it into target/ on first use.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

require npm node chromium
find_jdk
find_maven
work=$(temporary_directory simplewebauthn)
pid=''
# shellcheck disable=SC2317 # The trap calls it.
finish() {
  if [[ -n $pid ]]; then
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" || true
  fi
  rm -rf "$work"
}
trap finish EXIT
build

sources="$ROOT/scripts/tests/simplewebauthn"
installed="$ROOT/target/simplewebauthn"
npm_ci "$sources" "$installed"
cp "$sources"/*.mjs "$installed"

APP_URL=http://localhost:$(node -e '
  const server = require("node:net").createServer();
  server.listen(0, "127.0.0.1", () => { console.log(server.address().port); server.close(); });')
CHROMIUM=$(command -v chromium)
export APP_URL CHROMIUM
(
  export PASSKEY_ORIGINS="$APP_URL" CORS_ALLOWED_ORIGINS="$APP_URL" AGENT=off SERVICE_KEY=off
  export REGISTRATION_CONFIRM=required
  stack run "$ROOT" "$work/stack" 0 0
) </dev/null >"$work/log" 2>&1 &
pid=$!
wait_ready "$pid" "$work/log" >/dev/null || { cat "$work/log" >&2; die 1 "The stack did not start."; }
WARMGATE_URL=$(sed -n 's,^Accounts in a browser: \(.*\)/account$,\1,p' "$work/log")
export WARMGATE_URL STACK_LOG="$work/log"
(cd "$installed" && node --test --test-timeout=120000 --test-reporter=spec passkeys.test.mjs) ||
  die 1 "simplewebauthn: some tests failed."
echo "simplewebauthn: passkeys work with a client that was not written for this service."
