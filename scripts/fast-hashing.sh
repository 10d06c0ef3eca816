#!/usr/bin/env bash
# Builds a libargon2 for this machine's processor, which hashes passwords faster than libsodium.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'END'
Usage: scripts/fast-hashing.sh [SOURCE]

Builds libargon2 for this machine and prints the setting with which the service uses it.
SOURCE is a directory with the sources of libargon2; without it they are downloaded from
npm.

Needs a C compiler (cc), and npm without SOURCE. Exit status: 0 built, 1 the sources are
not the expected ones or do not compile, 64 wrong usage, 69 something must be installed.
END
}

case ${1:-} in
  --help | -h) usage; exit 0 ;;
  -*) usage >&2; exit 64 ;;
esac
(($# <= 1)) || { usage >&2; exit 64; }
require cc

work=$(temporary_directory fast-hashing)
trap 'rm -rf "$work"' EXIT
if (($#)); then
  sources=$1
  [[ -e $sources/src/argon2.c ]] || die 64 "$sources has no src/argon2.c."
else
  require npm
  sources=$(argon2_sources "$work")
fi

target="$ROOT/loadtest/target/fast-hashing"
mkdir -p "$target"
"$ROOT/service/docker/build-argon2" "$sources" "$work"
library=libargon2.so
if [[ -e $work/libargon2-avx2.so ]] && grep -qw avx2 /proc/cpuinfo; then library=libargon2-avx2.so; fi
mv "$work/$library" "$target/libargon2.so"
echo "HASHING_LIBRARY=$target/libargon2.so"
