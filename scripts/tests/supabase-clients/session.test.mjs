// Sessions of the clients: signing in, the user, claims, changes, and signing out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AuthClient } from "@supabase/auth-js";
import { PASSWORD, account, claims, client, ok, refused, signedIn, url } from "./support.mjs";

test("a session has what the clients need", async () => {
  const { session, id, email } = await signedIn();
  assert.equal(session.token_type, "bearer");
  assert.ok(session.expires_in > 0);
  assert.ok(Math.abs(session.expires_at - Date.now() / 1000 - session.expires_in) < 60);
  assert.equal(session.user.id, id);

  const token = claims(session.access_token);
  assert.equal(token.aud, "authenticated");
  assert.equal(token.role, "authenticated");
  assert.equal(token.sub, id);
  assert.equal(token.email, email);
  assert.equal(token.aal, "aal1");
  assert.equal(token.amr[0].method, "password");
  assert.match(token.session_id, /^[0-9a-f-]{36}$/);
  assert.equal(token.is_anonymous, false);
  assert.equal(token.app_metadata.provider, "email");
  assert.deepEqual(token.app_metadata.providers, ["email"]);
  assert.deepEqual(token.user_metadata, {});
});

test("getUser answers the user in the clients' form", async () => {
  const { supabase, id, email } = await signedIn();
  const { user } = ok(await supabase.auth.getUser());
  assert.equal(user.id, id);
  assert.equal(user.email, email);
  assert.equal(user.aud, "authenticated");
  assert.equal(user.role, "authenticated");
  assert.equal(user.phone, "");
  assert.equal(user.is_anonymous, false);
  for (const time of ["created_at", "updated_at", "email_confirmed_at", "confirmed_at", "last_sign_in_at"]) {
    assert.ok(Date.parse(user[time]) > Date.parse("2020-01-01"), time);
  }
  assert.equal(user.identities.length, 1);
  const [identity] = user.identities;
  assert.equal(identity.provider, "email");
  assert.equal(identity.user_id, id);
  assert.equal(identity.identity_data.email, email);
  assert.equal(identity.identity_data.email_verified, true);
  assert.ok(!JSON.stringify(user).includes("argon2"));
  const { identities } = ok(await supabase.auth.getUserIdentities());
  assert.deepEqual(identities, user.identities);
});

test("getClaims verifies the token with the published keys, without asking for the user", async () => {
  const { supabase, session, id } = await signedIn({ fetch: recorded });
  asked.length = 0;
  const { claims: verified, header } = ok(await supabase.auth.getClaims());
  assert.equal(header.alg, "ES256");
  assert.equal(verified.sub, id);
  assert.ok(asked.every((path) => path.endsWith("/.well-known/jwks.json")), asked.join());

  const [head, , signature] = session.access_token.split(".");
  const other = JSON.stringify({ ...claims(session.access_token), sub: crypto.randomUUID() });
  const forged = [head, Buffer.from(other).toString("base64url"), signature].join(".");
  refused(await supabase.auth.getClaims(forged), {
    name: "AuthInvalidJwtError",
    status: 400,
    code: "invalid_jwt",
  });
});

const asked = [];

function recorded(input, init) {
  asked.push(new URL(input).pathname);
  return fetch(input, init);
}

test("auth-js works by itself", async () => {
  const { email, password, id } = await account();
  const auth = new AuthClient({ url: `${url}/auth/v1`, autoRefreshToken: false });
  const { user } = ok(await auth.signInWithPassword({ email, password }));
  assert.equal(user.id, id);
  ok(await auth.refreshSession());
  ok(await auth.signOut());
});

test("any kind of key in place of Supabase's is ignored where none is needed", async () => {
  const owner = await account();
  const jwt = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoiYW5vbiJ9.c2lnbmF0dXJl";
  for (const key of ["anon", jwt, "sb_publishable_0123456789abcdefghijkl"]) {
    const { supabase } = await signedIn({ key }, owner);
    ok(await supabase.auth.getUser());
    ok(await supabase.auth.refreshSession());
  }
});

test("setSession takes over a session, and refuses a token that is none", async () => {
  const { session } = await signedIn();
  const other = client();
  ok(await other.auth.setSession(session));
  ok(await other.auth.getUser());
  const [head, body] = session.access_token.split(".");
  const forged = { ...session, access_token: `${head}.${body}.${"A".repeat(86)}` };
  refused(await client().auth.setSession(forged), { status: 403, code: "bad_jwt" });
});

test("a user's metadata is merged, and null removes a key", async () => {
  const { supabase } = await signedIn();
  ok(await supabase.auth.updateUser({ data: { name: "Ada", theme: "dark" } }));
  const { user } = ok(await supabase.auth.updateUser({ data: { theme: null, lang: "de" } }));
  assert.deepEqual(user.user_metadata, { name: "Ada", lang: "de" });
  const { session } = ok(await supabase.auth.refreshSession());
  assert.deepEqual(claims(session.access_token).user_metadata, { name: "Ada", lang: "de" });
  assert.deepEqual(ok(await supabase.auth.getUser()).user.user_metadata, { name: "Ada", lang: "de" });
});

test("large metadata stays out of the token", async () => {
  const { supabase } = await signedIn();
  ok(await supabase.auth.updateUser({ data: { story: "x".repeat(4000) } }));
  const { session } = ok(await supabase.auth.refreshSession());
  assert.ok(session.access_token.length < 4096);
  assert.equal(ok(await supabase.auth.getUser()).user.user_metadata.story.length, 4000);
});

test("a user cannot change what only admins may", async () => {
  const { supabase } = await signedIn();
  const result = await supabase.auth.updateUser({ app_metadata: { role: "admin" } });
  assert.equal(result.error?.status, 403);
  assert.equal(ok(await supabase.auth.getUser()).user.app_metadata.role, undefined);
});

test("a new password needs the current one", async () => {
  const { supabase, email } = await signedIn();
  const fresh = "eight loud lanterns";
  refused(await supabase.auth.updateUser({ password: fresh }), {
    status: 400,
    code: "current_password_required",
  });
  refused(await supabase.auth.updateUser({ password: fresh, current_password: "not this one" }), {
    status: 400,
    code: "current_password_invalid",
  });
  refused(await supabase.auth.updateUser({ password: PASSWORD, current_password: PASSWORD }), {
    status: 422,
    code: "same_password",
  });
  ok(await supabase.auth.updateUser({ password: fresh, current_password: PASSWORD }));
  refused(await client().auth.signInWithPassword({ email, password: PASSWORD }), {
    status: 400,
    code: "invalid_credentials",
  });
  ok(await client().auth.signInWithPassword({ email, password: fresh }));
});

test("signing out ends this session, the others, or all", async () => {
  const owner = await account();
  const sessions = async () =>
    (await Promise.all([1, 2, 3].map(() => signedIn({}, owner)))).map((one) => one.supabase);

  const [one, two] = await sessions();
  const before = ok(await one.auth.getSession()).session.access_token;
  ok(await one.auth.signOut({ scope: "local" }));
  assert.equal(ok(await one.auth.getSession()).session, null);
  sessionIsGone(await client().auth.getUser(before));
  ok(await two.auth.getUser());

  const [third, fourth, fifth] = await sessions();
  ok(await third.auth.signOut({ scope: "others" }));
  ok(await third.auth.getUser());
  for (const other of [two, fourth, fifth]) sessionIsGone(await other.auth.getUser());

  const [sixth, seventh] = await sessions();
  ok(await sixth.auth.signOut());
  for (const other of [third, seventh]) sessionIsGone(await other.auth.getUser());
});

test("a session that has ended elsewhere is removed from the client", async () => {
  const owner = await account();
  const { supabase: here } = await signedIn({}, owner);
  const { supabase: there } = await signedIn({}, owner);
  const events = [];
  there.auth.onAuthStateChange((event) => void events.push(event));
  ok(await here.auth.signOut());
  sessionIsGone(await there.auth.getUser());
  assert.equal(ok(await there.auth.getSession()).session, null);
  assert.ok(events.includes("SIGNED_OUT"));
});

/** The client's own word for the code session_not_found. */
function sessionIsGone(result) {
  refused(result, { name: "AuthSessionMissingError", status: 400, code: undefined });
}
