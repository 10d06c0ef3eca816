#!/usr/bin/env bash
# Looks at every account page in a browser, narrow and wide, light and dark, in both languages, and has
# axe-core look for what keeps anybody from using it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

package=axe-core-4.11.0
sum=8a561a9c453cbf1c417b1a4977c716338125490ab841cb422ca8a1d1349f8c87
sum+=c24137b21ffeb356b98825f2cfaca4ca2516e21be71f9d96d02230252661758d

require npm chromium
find_jdk
find_maven
work=$(temporary_directory axe)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "${package%-*}@${package##*-}" >/dev/null) || die 1 "npm could not download $package."
echo "$sum  $work/$package.tgz" | sha512sum --check --status || die 1 "$package.tgz is not the expected file."
tar -xzf "$work/$package.tgz" -C "$work" package/axe.min.js
integration_test AccountPagesCheck -pl service -Daxe="$work/package/axe.min.js"
echo "Everybody can use the account pages: service/target/account-pages/*.png"
