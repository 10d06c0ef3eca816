// Refreshing as browsers and phones do it: at once in several tabs, and with answers that get lost.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { address, account, client, ok, refused, signedIn, sleep, storage, url } from "./support.mjs";

/** Where the client keeps its session: the name depends on the URL. */
const KEY = `sb-${new URL(url).hostname.split(".")[0]}-auth-token`;

describe("refresh", { concurrency: true }, () => {
  test("the tokens change and the session stays", async () => {
    const { supabase, session } = await signedIn();
    const { session: next } = ok(await supabase.auth.refreshSession());
    assert.notEqual(next.refresh_token, session.refresh_token);
    assert.equal(next.user.id, session.user.id);
    ok(await supabase.auth.getUser());
  });

  test("three tabs that refresh at once keep their session", async () => {
    const shared = storage();
    const from = address();
    const { supabase } = await signedIn({ storage: shared, from });
    const tabs = [supabase, client({ storage: shared, from }), client({ storage: shared, from })];
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(tabs.map((tab) => tab.auth.refreshSession()));
      // A tab that finds newer tokens in the storage drops its own.
      const failed = answers.filter(({ error }) => error && error.name !== "AuthRefreshDiscardedError");
      assert.deepEqual(failed, []);
      for (const tab of tabs) ok(await tab.auth.getUser());
    }
  });

  test("three processes with one token all get a session that works", async () => {
    const from = address();
    const { session } = await signedIn({ from });
    const processes = [1, 2, 3].map(() => client({ from }));
    const refreshed = await Promise.all(
      processes.map((one) => one.auth.refreshSession({ refresh_token: session.refresh_token })),
    );
    refreshed.forEach(ok);
    for (const one of processes) ok(await one.auth.getUser());
    // Each goes on with what it has.
    for (const one of processes) ok(await one.auth.refreshSession());
  });

  test("within ten seconds of a rotation an older token gets the session, too", async () => {
    const { supabase, session } = await signedIn();
    for (let i = 0; i < 3; i++) ok(await supabase.auth.refreshSession());
    ok(await client().auth.refreshSession({ refresh_token: session.refresh_token }));
    ok(await supabase.auth.getUser());
  });

  test("after that, an older token is taken for stolen and ends the session", async () => {
    const { supabase, session } = await signedIn();
    for (let i = 0; i < 3; i++) ok(await supabase.auth.refreshSession());
    await sleep(11_000);
    refused(await client().auth.refreshSession({ refresh_token: session.refresh_token }), {
      status: 400,
      code: "refresh_token_already_used",
    });
    refused(await supabase.auth.getUser(), {
      name: "AuthSessionMissingError",
      status: 400,
      code: undefined,
    });
  });

  test("an answer that gets lost and is asked for again after 90 s", async () => {
    let lost = false;
    let requests = 0;
    // The service answers, and the answer does not arrive.
    const losing = async (input, init) => {
      const answer = await fetch(input, init);
      if (lost && String(input).includes("grant_type=refresh_token")) {
        requests++;
        await answer.text();
        throw new TypeError("connection lost");
      }
      return answer;
    };
    const { supabase, session } = await signedIn({ fetch: losing });
    const begin = Date.now();
    lost = true;
    const retryable = { name: "AuthRetryableFetchError", status: 0, code: undefined };
    refused(await supabase.auth.refreshSession(), retryable);
    assert.ok(requests > 1, "the client tries again by itself");
    lost = false;
    refused(await supabase.auth.refreshSession(), retryable);
    // The client leaves a token that failed alone for a minute, and keeps the session.
    assert.equal(ok(await supabase.auth.getSession()).session.refresh_token, session.refresh_token);
    await sleep(Math.max(90_000 - (Date.now() - begin), 61_000));
    ok(await supabase.auth.refreshSession());
    ok(await supabase.auth.getUser());
    ok(await supabase.auth.refreshSession());
  });

  test("a session of Supabase from before the move signs the user out", async () => {
    const shared = storage();
    const encoded = (part) => Buffer.from(JSON.stringify(part)).toString("base64url");
    const signed = (claims) => `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded(claims)}.c2lnbmF0dXJl`;
    const now = Math.floor(Date.now() / 1000);
    const old = { sub: crypto.randomUUID(), exp: now - 60 };
    refused(await client().auth.getUser(signed({ ...old, exp: now + 600 })), {
      status: 403,
      code: "bad_jwt",
    });
    const session = {
      access_token: signed(old),
      token_type: "bearer",
      expires_in: 3600,
      expires_at: old.exp,
      refresh_token: "Zk3wq8LmX2pR",
      user: { id: old.sub, email: "ada@example.com" },
    };
    shared.setItem(KEY, JSON.stringify(session));
    const supabase = client({ storage: shared });
    const events = [];
    supabase.auth.onAuthStateChange((event) => void events.push(event));
    assert.equal((await supabase.auth.getSession()).data.session, null);
    assert.equal(shared.getItem(KEY), null);
    assert.ok(events.includes("SIGNED_OUT"), events.join());
  });

  test("a token that is none, and one of a session that was signed out", async () => {
    refused(await client().auth.refreshSession({ refresh_token: "nothing" }), {
      status: 400,
      code: "refresh_token_not_found",
    });
    const { supabase, session } = await signedIn({}, await account());
    ok(await supabase.auth.signOut());
    refused(await client().auth.refreshSession({ refresh_token: session.refresh_token }), {
      status: 400,
      code: "refresh_token_not_found",
    });
  });
});
