#!/usr/bin/env bash
# Proves that the comparison of builds works: an equal build passes, and a build whose logins take 50 ms
# longer fails for that reason.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

require git
work=$(temporary_directory compares)
slow="$work/slow"
gate_pid=''

# shellcheck disable=SC2317 # The trap calls it.
clean_up() {
  trap '' INT TERM HUP
  if [[ -n $gate_pid ]]; then
    kill -TERM "$gate_pid" 2>/dev/null || true
    wait "$gate_pid" 2>/dev/null || true
  fi
  git -C "$ROOT" worktree remove --force "$slow" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# compare CHECKOUT STATUS LINE: the gate must end with this status and print a matching line.
compare() {
  local status=0
  "$1/scripts/gate.sh" --baseline HEAD >"$work/log" 2>&1 &
  gate_pid=$!
  wait "$gate_pid" || status=$?
  gate_pid=''
  cat "$work/log"
  # Something must be installed; the gate has said what.
  ((status != 69)) || exit 69
  if ((status != $2)) || ! grep -qE "$3" "$work/log"; then
    echo "gate-compares: expected status $2 and a line '$3', got status $status." >&2
    exit 1
  fi
}

# Compares the commit with itself, without uncommitted changes.
git -C "$ROOT" worktree add --quiet --detach "$slow" HEAD
compare "$slow" 0 '^PASS '
echo "gate-compares: the gate found no difference between equal builds, as it must."
git -C "$slow" apply "$ROOT/scripts/tests/slow-login.patch"
compare "$slow" 1 '^  login p95, ms .* WORSE$'
echo "gate-compares: the gate noticed logins that take 50 ms longer, as it must."
