// Codes and links of mails, entered by hand. What they do in a browser is in browser.test.mjs.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  PASSWORD,
  account,
  claims,
  client,
  database,
  mailbox,
  newEmail,
  ok,
  refused,
  signedIn,
  tokenHash,
} from "./support.mjs";

const EXPIRED = { status: 403, code: "otp_expired" };

test("sign-up, code, session", async () => {
  const email = newEmail();
  const mails = mailbox(email);
  const supabase = client();
  const { user, session } = ok(
    await supabase.auth.signUp({ email, password: PASSWORD, options: { data: { name: "Ada" } } }),
  );
  assert.equal(session, null);
  assert.ok(user.confirmation_sent_at);
  const { code } = await mails.next();
  const confirmed = ok(await supabase.auth.verifyOtp({ type: "signup", email, token: code }));
  assert.equal(confirmed.user.email, email);
  assert.equal(confirmed.user.user_metadata.name, "Ada");
  assert.ok(confirmed.user.email_confirmed_at);
  ok(await supabase.auth.getUser());
  ok(await client().auth.signInWithPassword({ email, password: PASSWORD }));
  refused(await client().auth.verifyOtp({ type: "signup", email, token: code }), EXPIRED);
});

test("the type email confirms a sign-up, too", async () => {
  const email = newEmail();
  const mails = mailbox(email);
  ok(await client().auth.signUp({ email, password: PASSWORD }));
  const { code } = await mails.next();
  const { session } = ok(await client().auth.verifyOtp({ type: "email", email, token: code }));
  assert.ok(session);
});

test("sign-up, hash of the token, session", async () => {
  const email = newEmail();
  const mails = mailbox(email);
  ok(await client().auth.signUp({ email, password: PASSWORD }));
  const token_hash = tokenHash(await mails.next());
  const supabase = client();
  ok(await supabase.auth.verifyOtp({ type: "signup", token_hash }));
  ok(await supabase.auth.getUser());
  refused(await client().auth.verifyOtp({ type: "signup", token_hash }), EXPIRED);
});

test("a mail is sent again", async () => {
  const email = newEmail();
  const mails = mailbox(email);
  ok(await client().auth.signUp({ email, password: PASSWORD }));
  await mails.next();
  await past(email);
  ok(await client().auth.resend({ type: "signup", email }));
  const { code } = await mails.next();
  ok(await client().auth.verifyOtp({ type: "signup", email, token: code }));
});

test("recovery sets a password without the current one, and ends the other sessions", async () => {
  const { supabase: other, email } = await signedIn();
  const mails = mailbox(email);
  const supabase = client();
  ok(await supabase.auth.resetPasswordForEmail(email));
  const events = [];
  supabase.auth.onAuthStateChange((event) => void events.push(event));
  const { code } = await mails.next();
  const { session } = ok(await supabase.auth.verifyOtp({ type: "recovery", email, token: code }));
  assert.ok(events.includes("PASSWORD_RECOVERY"));
  assert.ok(["recovery", "otp"].includes(claims(session.access_token).amr[0].method));
  const fresh = "eight loud lanterns";
  ok(await supabase.auth.updateUser({ password: fresh }));
  ok(await client().auth.signInWithPassword({ email, password: fresh }));
  refused(await client().auth.signInWithPassword({ email, password: PASSWORD }), {
    status: 400,
    code: "invalid_credentials",
  });
  refused(await other.auth.getUser(), {
    name: "AuthSessionMissingError",
    status: 400,
    code: undefined,
  });
});

test("a link that has expired", async () => {
  const { email } = await account();
  const mails = mailbox(email);
  ok(await client().auth.resetPasswordForEmail(email));
  const mail = await mails.next();
  await database(
    `UPDATE proof SET expires_at = now() - interval '1 s', code_expires_at = now() - interval '1 s'
     WHERE address = $1`,
    email,
  );
  const byHash = await client().auth.verifyOtp({ type: "recovery", token_hash: tokenHash(mail) });
  assert.match(refused(byHash, EXPIRED).message, /invalid or has expired|has expired or is invalid/);
  const byCode = await client().auth.verifyOtp({ type: "recovery", email, token: mail.code });
  assert.match(refused(byCode, EXPIRED).message, /Token has expired or is invalid/);
});

test("wrong codes are refused, and five of them burn the code, not the link", async () => {
  const { email } = await account();
  const mails = mailbox(email);
  ok(await client().auth.resetPasswordForEmail(email));
  const mail = await mails.next();
  const wrong = mail.code === "000000" ? "000001" : "000000";
  for (let i = 0; i < 5; i++) {
    refused(await client().auth.verifyOtp({ type: "recovery", email, token: wrong }), EXPIRED);
  }
  refused(await client().auth.verifyOtp({ type: "recovery", email, token: mail.code }), EXPIRED);
  ok(await client().auth.verifyOtp({ type: "recovery", token_hash: tokenHash(mail) }));
});

test("a code of one kind of mail is none of another", async () => {
  const { email } = await account();
  const mails = mailbox(email);
  ok(await client().auth.signInWithOtp({ email }));
  const { code } = await mails.next();
  refused(await client().auth.verifyOtp({ type: "recovery", email, token: code }), EXPIRED);
  ok(await client().auth.verifyOtp({ type: "email", email, token: code }));
});

test("signing in by mail, with a code or with the hash of the token", async () => {
  for (const by of ["code", "hash"]) {
    const { id, email } = await account();
    const mails = mailbox(email);
    ok(await client().auth.signInWithOtp({ email, options: { shouldCreateUser: false } }));
    const mail = await mails.next();
    const supabase = client();
    const proof =
      by === "code"
        ? { type: "email", email, token: mail.code }
        : { type: "magiclink", token_hash: tokenHash(mail) };
    const { user, session } = ok(await supabase.auth.verifyOtp(proof));
    assert.equal(user.id, id);
    assert.match(claims(session.access_token).amr[0].method, /^(otp|magiclink)$/);
    ok(await supabase.auth.refreshSession());
  }
});

test("a first sign-in by mail makes an account", async () => {
  const email = newEmail();
  const mails = mailbox(email);
  ok(await client().auth.signInWithOtp({ email, options: { data: { name: "Grace" } } }));
  const { code } = await mails.next();
  const { user } = ok(await client().auth.verifyOtp({ type: "email", email, token: code }));
  assert.equal(user.email, email);
  assert.equal(user.user_metadata.name, "Grace");
});

test("a new address has to be confirmed by both mailboxes", async () => {
  const { supabase, email } = await signedIn();
  const next = newEmail();
  const [current, fresh] = [mailbox(email), mailbox(next)];
  const { user } = ok(await supabase.auth.updateUser({ email: next }));
  assert.equal(user.email, email);
  assert.equal(user.new_email, next);
  const first = await fresh.next((mail) => mail.code);
  const half = ok(await supabase.auth.verifyOtp({ type: "email_change", email: next, token: first.code }));
  assert.equal(half.session, null);
  const second = await current.next((mail) => mail.code);
  const whole = ok(await supabase.auth.verifyOtp({ type: "email_change", email, token: second.code }));
  assert.equal(whole.user.email, next);
  ok(await client().auth.signInWithPassword({ email: next, password: PASSWORD }));
});

test("the address of another account looks like a new one when it is asked for", async () => {
  const taken = (await account()).email;
  for (const email of [taken, newEmail()]) {
    const { supabase } = await signedIn();
    const { user } = ok(await supabase.auth.updateUser({ email }));
    assert.equal(user.new_email, email);
  }
});

test("a nonce by mail stands for the current password", async () => {
  const { supabase, email } = await signedIn();
  const mails = mailbox(email);
  ok(await supabase.auth.reauthenticate());
  const { code } = await mails.next((mail) => mail.code);
  const fresh = "nine calm lanterns";
  refused(await supabase.auth.updateUser({ password: fresh, nonce: code === "000000" ? "1" : "000000" }), {
    status: 422,
    code: "reauthentication_not_valid",
  });
  ok(await supabase.auth.updateUser({ password: fresh, nonce: code }));
  ok(await client().auth.signInWithPassword({ email, password: fresh }));
});

/** Lets the back-off of mails to the address pass. */
function past(email) {
  return database("DELETE FROM proof_request WHERE email_key = $1", email);
}
