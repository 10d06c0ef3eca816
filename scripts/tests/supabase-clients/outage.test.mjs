// Without its database the service answers 503, and no client loses its session. Runs last: it stops
// PostgreSQL.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PASSWORD, newEmail, ok, client, refused, signedIn, sleep, variable } from "./support.mjs";

test("a database that is away", async () => {
  const { supabase, session } = await signedIn({ fetch });
  const file = `${variable("STACK")}/postgres/postmaster.pid`;
  process.kill(Number(readFileSync(file, "utf8").split("\n")[0]), "SIGINT");
  await sleep(1000);
  const away = { name: "AuthRetryableFetchError", status: 503, code: undefined };
  refused(await client({ fetch }).auth.signInWithPassword({ email: newEmail(), password: PASSWORD }), away);
  // The client tries to refresh for half a minute before it gives up.
  refused(await supabase.auth.refreshSession(), away);
  const kept = ok(await supabase.auth.getSession()).session;
  assert.equal(kept.refresh_token, session.refresh_token);
});
