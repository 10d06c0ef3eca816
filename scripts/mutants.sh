#!/usr/bin/env bash
# Shows that the checks can fail: breaks what they guard, and expects red for the right reason.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'END'
Usage: scripts/mutants.sh [--dry-run] [NAME]...

Applies each patch of service/src/test/mutants to a copy of this checkout and runs the
checks that its line "Red:" names; each of them must fail, and the gate must say what
the line "Says:" has. Without names: all patches.

  --dry-run  only whether each patch still applies

Exit status: 0 every check noticed, 1 one did not, 64 wrong usage, 69 something must
be installed.
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

if [[ -n $dry_run ]]; then
  stale=()
  for name in "${names[@]}"; do
    (cd "$ROOT" && patch -p1 --dry-run --silent --fuzz=0 <"$patches/$name.patch" >/dev/null) || stale+=("$name")
  done
  ((${#stale[@]} == 0)) || die 1 "These mutants no longer apply: ${stale[*]}"
  exit 0
fi

find_jdk
find_maven
work=$(mktemp -d "${TMPDIR:-/tmp}/warmgate-mutants.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# check COPY NAME: the Maven call that runs one check.
check() {
  local properties=(-Dspotless.check.skip=true -DfailIfNoTests=false
    -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false)
  case $2 in
    gate) "$1/scripts/gate.sh" --simulation Login --rate 5 --warmup 5 --duration 15 --set foreign.cpu=400 --set lateness.p99=1000 ;;
    *Test) (cd "$1" && mvn -B -ntp -Dstyle.color=never -pl service test "-Dtest=$2" "${properties[@]}") ;;
    FilterSpansIT)
      # The load test judges the service from outside.
      (cd "$1" && mvn -B -ntp -Dstyle.color=never verify -Dtest=NoUnitTest "-Dit.test=$2" "${properties[@]}")
      ;;
    *IT) (cd "$1" && mvn -B -ntp -Dstyle.color=never -pl service verify -Dtest=NoUnitTest "-Dit.test=$2" "${properties[@]}") ;;
  esac
}

# noticed LOG CHECK SAYS: the check ran and was red; a build that broke before it proves nothing.
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
  (cd "$ROOT" && git ls-files -z --cached --others --exclude-standard | xargs -0 tar cf - --) | tar xf - -C "$copy"
  (cd "$copy" && patch -p1 --silent --fuzz=0) <"$patches/$name.patch"
  sed -n "s/^Why: /$name: /p" "$patches/$name.patch"
  says=$(sed -n 's/^Says: //p' "$patches/$name.patch")
  read -ra checks < <(sed -n 's/^Red: //p' "$patches/$name.patch")
  for wanted in "${checks[@]}"; do
    log="$work/$name-$wanted.log"
    # What an earlier check left would be taken for the result of this one.
    rm -rf "$copy"/*/target/*-reports
    if check "$copy" "$wanted" >"$log" 2>&1; then
      echo "  $wanted stayed green: it does not notice"
      status=1
    elif noticed "$log" "$wanted" "${says:-filter order .* VIOLATED}"; then
      echo "  $wanted is red, as it must be"
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
