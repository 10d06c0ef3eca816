#!/usr/bin/env bash
# Runs the real clients of Supabase Auth against a stack with SUPABASE_API=on: supabase-js and auth-js, in
# Node and in a browser. Also runs the examples of verifying tokens, and the example of a proxy. Installs the
# clients into target/ on first use. With names, such as session or mail, runs only these tests.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# What needs registrations to be confirmed and can run side by side. The imports, open and outage run alone:
# the first check slow hashes, for which other logins would be refused, and the last stops the database.
confirmed=(session refresh errors mail admin mfa browser verify proxy)
given=("$@")

# Where Debian has nginx; the PATH of most users does not name it.
PATH+=:/usr/sbin
require npm python3 chromium nginx
find_jdk
find_maven
work=$(temporary_directory supabase)
pid=''
stop_stack() {
  [[ -n $pid ]] || return 0
  kill -TERM "$pid" 2>/dev/null || true
  wait "$pid" || true
  pid=''
}

# shellcheck disable=SC2317 # The trap calls it.
finish() {
  stop_stack
  rm -rf "$work"
}
trap finish EXIT
build

sources="$ROOT/scripts/tests/supabase-clients"
installed="$ROOT/target/supabase-clients"
npm_ci "$sources" "$installed"
cp "$sources"/*.mjs "$ROOT"/service/docs/examples/*.mjs "$installed"

# The clients need Node 22; where there is an older one, or none, the lock file names one.
node=$(command -v node || true)
if [[ -z $node ]] || (($("$node" -p 'process.versions.node.split(".")[0]') < 22)); then
  npm_ci "$sources/node" "$installed/node"
  node=$(compgen -G "$installed/node/node_modules/node-linux-*/bin/node") ||
    die 69 "supabase-clients.sh needs Node 22: install it."
fi

requirements="$ROOT/service/docs/examples/requirements.txt"
if ! cmp -s "$requirements" "$installed/python/installed"; then
  rm -rf "$installed/python"
  { python3 -m venv "$installed/python" &&
    "$installed/python/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"; } ||
    die 1 "pip could not install what $requirements names."
  cp "$requirements" "$installed/python/installed"
fi
rm -f "$installed"/nimbus-jose-jwt-*.jar
maven -pl service dependency:copy-dependencies -DincludeScope=test -DincludeArtifactIds=nimbus-jose-jwt \
  -DoutputDirectory="$installed"

app=http://127.0.0.1:$("$node" -e '
  const server = require("node:net").createServer();
  server.listen(0, "127.0.0.1", () => { console.log(server.address().port); server.close(); });')

# start_stack CONFIRM: with CONFIRM for REGISTRATION_CONFIRM.
start_stack() {
  echo "Starting a stack with REGISTRATION_CONFIRM=$1 ..."
  (
    export SUPABASE_API=on EMAIL_LOGIN=on REGISTRATION_CONFIRM="$1" AGENT=off SERVICE_KEY=off
    export SITE_URL="$app" REDIRECT_URLS="$app/welcome,$app/implicit,$app/pkce" CORS_ALLOWED_ORIGINS="$app"
    # Each client of the tests has an address of its own.
    export TRUSTED_PROXIES=127.0.0.1/32
    stack run "$ROOT" "$work/stack" 0 0
  ) </dev/null >"$work/log" 2>&1 &
  pid=$!
  wait_ready "$pid" "$work/log" >/dev/null || { cat "$work/log" >&2; die 1 "The stack did not start."; }
}

# run_tests NAME...
run_tests() (
  set -a
  # shellcheck source=/dev/null
  source "$work/stack/stack.env"
  set +a
  WARMGATE_URL=$(sed -n 's,^Accounts in a browser: \(.*\)/account$,\1,p' "$work/log")
  WARMGATE_SERVICE_KEY=$("$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -jar "$ROOT/service/target/warmgate.jar" \
    service-key --config "$ROOT/service/config/warmgate.yml" create --name tests --scope admin)
  NIMBUS=$(compgen -G "$installed/nimbus-jose-jwt-*.jar")
  export WARMGATE_URL WARMGATE_SERVICE_KEY NIMBUS ROOT
  export APP_URL="$app" STACK="$work/stack" STACK_LOG="$work/log" PYTHON="$installed/python"
  CHROMIUM=$(command -v chromium) NGINX=$(command -v nginx)
  export CHROMIUM NGINX
  cd "$installed"
  exec "$node" --test --test-concurrency=2 --test-timeout=300000 --test-reporter=spec "${@/%/.test.mjs}"
)

# wanted NAME...: keeps what was asked for.
wanted() {
  local name
  for name; do
    if ((${#given[@]} == 0)) || [[ " ${given[*]} " == *" $name "* ]]; then echo "$name"; fi
  done
}

# run_wanted NAME...: runs those of them that are wanted.
run_wanted() {
  local names
  mapfile -t names < <(wanted "$@")
  ((${#names[@]} == 0)) || run_tests "${names[@]}" || status=1
}

status=0
if [[ -n $(wanted "${confirmed[@]}" imports) ]]; then
  start_stack required
  run_wanted "${confirmed[@]}"
  run_wanted imports
  stop_stack
fi
if [[ -n $(wanted open outage) ]]; then
  start_stack off
  run_wanted open
  run_wanted outage
fi
((status == 0)) || die 1 "supabase-clients: some tests failed."
echo "supabase-clients: the clients, the examples and the proxy work."
