#!/usr/bin/env bash
# Proves that the checks can fail: breaks the code they guard, and expects them to fail for the right
# reason.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'END'
Usage: scripts/mutants.sh [--dry-run] [NAME]...

Applies each patch of service/src/test/mutants to a copy of this checkout and runs the
checks named in its line "Red:". Each of them must fail, and the gate must print a line
that matches "Says:". Without names: all patches.

  --dry-run  only check that each patch still applies
  --help     show this text

Exit status: 0 every check failed as expected, 1 one did not, 64 wrong usage, 69
something must be installed.
END
}

patches="$ROOT/service/src/test/mutants"
names=() dry_run=''
for argument; do
  case $argument in
    --help | -h) usage; exit 0 ;;
    --dry-run) dry_run=1 ;;
    *)
      [[ -e $patches/$argument.patch ]] || die 64 "There is no mutant '$argument' in $patches."
      names+=("$argument")
      ;;
  esac
done
if ((${#names[@]} == 0)); then
  for patch in "$patches"/*.patch; do
    patch=${patch##*/}
    names+=("${patch%.patch}")
  done
fi

require patch
work=$(temporary_directory mutants)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
if [[ -n $dry_run ]]; then
  stale=()
  for name in "${names[@]}"; do
    (cd "$ROOT" && patch -p1 --dry-run --silent --fuzz=0 <"$patches/$name.patch" >/dev/null) || stale+=("$name")
  done
  ((${#stale[@]} == 0)) || die 1 "These mutants no longer apply: ${stale[*]}"
  exit 0
fi

require git tar
find_jdk
find_maven

# check COPY NAME: the Maven call that runs one check.
check() {
  # A test that the mutant makes hang has not failed.
  local properties=(-Dspotless.check.skip=true -DfailIfNoTests=false
    -Dsurefire.timeout=900 -Dfailsafe.timeout=900
    -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false)
  case $2 in
    gate) "$1/scripts/gate.sh" --simulation Login --rate 5 --warmup 5 --duration 15 --set foreign.cpu=400 --set lateness.p99=1000 ;;
    *Test) (cd "$1" && mvn -B -ntp -Dstyle.color=never -pl service test "-Dtest=$2" "${properties[@]}") ;;
    FilterSpansIT)
      # This test is in the loadtest module.
      (cd "$1" && mvn -B -ntp -Dstyle.color=never verify -Dtest=NoUnitTest "-Dit.test=$2" "${properties[@]}")
      ;;
    UpgradeIT)
      # Also in the loadtest module. The copy has no history, which the last release is built from.
      (cd "$1" && mvn -B -ntp -Dstyle.color=never -Pfull verify -Dtest=NoUnitTest "-Dit.test=$2" \
        "-Dupgrade.repository=$ROOT" "${properties[@]}")
      ;;
    *IT) (cd "$1" && mvn -B -ntp -Dstyle.color=never -pl service verify -Dtest=NoUnitTest "-Dit.test=$2" "${properties[@]}") ;;
  esac
}

# noticed LOG CHECK SAYS: whether the check ran and failed; a build that broke earlier proves nothing.
noticed() {
  if [[ $2 == gate ]]; then
    grep -q "^FAIL " "$1" && grep -q -e "$3" "$1"
    return
  fi
  grep -q 'There are test failures\|There was a test failure\|Tests run: [1-9].*\(Failures: [1-9]\|Errors: [1-9]\)' "$1"
}

status=0
for name in "${names[@]}"; do
  copy="$work/$name"
  mkdir "$copy"
  (cd "$ROOT" && git ls-files -z --cached --others --exclude-standard | tar cf - --null --files-from -) | tar xf - -C "$copy"
  (cd "$copy" && patch -p1 --silent --fuzz=0) <"$patches/$name.patch"
  sed -n "s/^Why: /$name: /p" "$patches/$name.patch"
  says=$(sed -n 's/^Says: //p' "$patches/$name.patch")
  read -ra checks < <(sed -n 's/^Red: //p' "$patches/$name.patch")
  for wanted in "${checks[@]}"; do
    log="$work/$name-$wanted.log"
    # Reports of an earlier check must not count as results of this one.
    rm -rf "$copy"/*/target/*-reports
    if check "$copy" "$wanted" >"$log" 2>&1; then
      echo "  $wanted passed: it does not notice the mutant"
      status=1
    elif noticed "$log" "$wanted" "${says:-filter order .* VIOLATED}"; then
      echo "  $wanted failed, as it must"
      if [[ $wanted == gate ]]; then grep -m 1 -e "${says:-filter order .* VIOLATED}" "$log"; fi
    else
      echo "  $wanted did not run:"
      grep -E '^\[ERROR\]|^(FAIL|INVALID|  FAIL|  INVALID)' "$log" | head -n 8
      status=1
    fi
  done
  rm -rf "$copy"
done
exit "$status"
