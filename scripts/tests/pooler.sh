#!/usr/bin/env bash
# Runs an integration test of each feature with PgBouncer in transaction mode between the service and
# PostgreSQL: this Debian's, without prepared statements; with --newer that of Debian 13, which keeps them,
# in a root of its own (as root, on Debian).
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

pooler=(-Dtests.pooler=transaction)
log="$ROOT/target/pooler.log"
case ${1:-} in
  '') require pgbouncer ;;
  --newer)
    require debootstrap
    [[ $EUID == 0 ]] || die 69 "${0##*/} --newer needs root, for debootstrap and chroot."
    root="$ROOT/target/trixie"
    if [[ ! -x $root/usr/sbin/pgbouncer ]]; then
      rm -rf "$root"
      mkdir -p "$ROOT/target" "$root/etc/dpkg/dpkg.cfg.d"
      echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/no-sync"
      debootstrap --variant=minbase --include=pgbouncer trixie "$root" >"$log.debootstrap" 2>&1 ||
        die 1 "Debian 13 could not be installed: target/pooler.log.debootstrap"
    fi
    pooler=(-Dtests.pooler=prepared "-Dtests.pooler.root=$root")
    ;;
  *) die 64 "Usage: ${0##*/} [--newer]" ;;
esac
find_jdk
find_maven
rm -rf "$ROOT"/service/target/failsafe-reports
mkdir -p "$ROOT/target"
(cd "$ROOT" && mvn -B -ntp -Dstyle.color=never -pl service -Pquick verify -Dtest=none \
  -Dsurefire.failIfNoSpecifiedTests=false "${pooler[@]}") >"$log" 2>&1 || {
  grep -E '^\[ERROR\]' "$log" | head -n 40
  die 1 "The full log: target/pooler.log"
}
grep -E 'Tests run:[^T]*$' "$log" | tail -n 1
