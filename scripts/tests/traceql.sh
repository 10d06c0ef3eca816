#!/usr/bin/env bash
# Checks the boards' TraceQL queries with Grafana's own grammar.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

require npm node
work=$(temporary_directory traceql)
trap 'rm -rf "$work"' EXIT
npm_install "$work" @grafana/lezer-traceql@1.0.0
cat >"$work/check.mjs" <<'END_OF_CHECK'
import { parser } from '@grafana/lezer-traceql';
import { readFileSync } from 'node:fs';

// The position of the first error, or -1.
const error = (query) => {
  let at = -1;
  parser.parse(query).iterate({ enter: (node) => { if (node.type.isError && at < 0) at = node.from; } });
  return at;
};
let checked = 0;
let wrong = 0;
for (const file of process.argv.slice(2)) {
  for (const panel of JSON.parse(readFileSync(file, 'utf8')).panels) {
    for (const target of panel.targets ?? []) {
      // A variable holds a trace id, not a query.
      if (target.queryType !== 'traceql' || target.query.startsWith('$')) continue;
      checked++;
      const at = error(target.query);
      if (at >= 0) {
        wrong++;
        console.log(`${file}: ${panel.title}: invalid TraceQL at "${target.query.slice(at, at + 30)}"`);
      }
    }
  }
}
if (error('{ span.a = }') < 0) { console.log('the grammar accepts an invalid query'); wrong++; }
console.log(`${checked} TraceQL queries checked, ${wrong} wrong.`);
process.exit(checked > 0 && wrong === 0 ? 0 : 1);
END_OF_CHECK
node "$work/check.mjs" "$ROOT"/dashboards/grafana/*.json
