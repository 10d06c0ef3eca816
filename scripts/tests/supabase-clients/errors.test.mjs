// Refusals, as the clients' own classes and codes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { account, client, mailbox, newEmail, ok, PASSWORD, refused, signedIn, url } from "./support.mjs";

test("a wrong password and an unknown address look the same", async () => {
  const { email } = await account();
  for (const address of [email, newEmail()]) {
    refused(await client().auth.signInWithPassword({ email: address, password: "not this one" }), {
      status: 400,
      code: "invalid_credentials",
      message: "Invalid login credentials",
    });
  }
});

test("a weak password says why", async () => {
  const short = refused(await client().auth.signUp({ email: newEmail(), password: "short" }), {
    name: "AuthWeakPasswordError",
    status: 422,
    code: "weak_password",
  });
  assert.deepEqual(short.reasons, ["length"]);
  const known = refused(await client().auth.signUp({ email: newEmail(), password: "password1" }), {
    name: "AuthWeakPasswordError",
    status: 422,
    code: "weak_password",
  });
  assert.deepEqual(known.reasons, ["pwned"]);
  const { supabase } = await signedIn();
  refused(await supabase.auth.updateUser({ password: "short", current_password: PASSWORD }), {
    name: "AuthWeakPasswordError",
    status: 422,
    code: "weak_password",
  });
});

test("an address that is none", async () => {
  for (const password of [PASSWORD, "short"]) {
    refused(await client().auth.signUp({ email: "ada", password }), {
      status: 400,
      code: "validation_failed",
      message: "Unable to validate email address: invalid format",
    });
  }
});

test("a missing password", async () => {
  refused(await client().auth.signUp({ email: newEmail(), password: "" }), {
    status: 400,
    code: "validation_failed",
    message: "Signup requires a valid password",
  });
});

test("an address that is registered answers like a new one", async () => {
  const known = (await account()).email;
  const waiting = newEmail();
  ok(await client().auth.signUp({ email: waiting, password: PASSWORD }));
  const answers = {};
  for (const [name, email] of Object.entries({ known, fresh: newEmail() })) {
    answers[name] = [];
    for (let i = 0; i < 2; i++) {
      answers[name].push(shape(await client().auth.signUp({ email, password: PASSWORD }), email));
    }
  }
  assert.deepEqual(answers.known, answers.fresh);
  assert.equal(answers.fresh[0].data.user.identities.length, 1);
  assert.equal(answers.fresh[0].data.session, null);
  // The second one of an address that waits for its confirmation.
  const again = await client().auth.signUp({ email: waiting, password: PASSWORD });
  assert.deepEqual(shape(again, waiting), answers.fresh[1]);
  assert.equal((await mailbox(known).next(() => true)).code, undefined);
});

test("asking for mails does not tell who has an account", async () => {
  // From one address: the back-off of sign-ins by mail has parts, which client addresses are spread over.
  const { auth } = client();
  const asks = {
    recover: (email) => auth.resetPasswordForEmail(email),
    otp: (email) => auth.signInWithOtp({ email, options: { shouldCreateUser: false } }),
    resend: (email) => auth.resend({ type: "signup", email }),
  };
  for (const [name, ask] of Object.entries(asks)) {
    const known = (await account()).email;
    const unknown = newEmail();
    const waiting = newEmail();
    ok(await client().auth.signUp({ email: waiting, password: PASSWORD }));
    for (let i = 0; i < 2; i++) {
      const answers = [];
      for (const email of name === "resend" ? [known, unknown] : [known, unknown, waiting]) {
        answers.push(shape(await ask(email), email));
      }
      for (const answer of answers) assert.deepEqual(answer, answers[0], `${name} ${i}`);
    }
  }
});

test("a mail that is asked for too soon", async () => {
  const { email } = await account();
  ok(await client().auth.resetPasswordForEmail(email));
  const error = refused(await client().auth.resetPasswordForEmail(email), {
    status: 429,
    code: "over_email_send_rate_limit",
  });
  assert.match(error.message, /^For security purposes, you can only request this after \d+ seconds\.$/);
});

test("an account without a confirmation cannot sign in", async () => {
  const email = newEmail();
  const { user, session } = ok(await client().auth.signUp({ email, password: PASSWORD }));
  assert.equal(session, null);
  assert.equal(user.email_confirmed_at, undefined);
  refused(await client().auth.signInWithPassword({ email, password: PASSWORD }), {
    status: 400,
    code: "email_not_confirmed",
    message: "Email not confirmed",
  });
});

test("what is not there says so with the peer's codes", async () => {
  const { supabase } = await signedIn();
  const anonymous = refused(await client().auth.signInAnonymously(), {
    status: 422,
    code: "anonymous_provider_disabled",
  });
  assert.equal(anonymous.message, "Anonymous sign-ins are disabled");
  const sso = refused(await client().auth.signInWithSSO({ domain: "example.com" }), {
    status: 404,
    code: "saml_provider_disabled",
  });
  assert.match(sso.message, /SAML 2.0 is disabled/);
  const others = [
    await client().auth.signInWithIdToken({ provider: "google", token: "a.b.c" }),
    await client().auth.signInWithOtp({ phone: "+4915112345678" }),
    await supabase.auth.linkIdentity({ provider: "github" }),
  ];
  for (const { error } of others) {
    assert.equal(error.name, "AuthApiError");
    assert.match(error.code, /_disabled$/);
    assert.ok(error.status >= 400 && error.status < 500, String(error.status));
  }
});

test("raw requests without a version get the old form of errors", async () => {
  const answer = await fetch(`${url}/auth/v1/token?grant_type=password`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: newEmail(), password: "not this one" }),
  });
  assert.equal(answer.status, 400);
  assert.deepEqual(await answer.json(), {
    code: 400,
    error_code: "invalid_credentials",
    msg: "Invalid login credentials",
  });
  assert.equal(answer.headers.get("x-sb-error-code"), "invalid_credentials");
});

test("tokens open their own API only", async () => {
  const { email, password, session } = await signedIn();
  const me = await fetch(`${url}/api/v1/auth/me`, {
    headers: { Authorization: `Bearer ${session.access_token}` },
  });
  assert.equal(me.status, 401);
  const login = await fetch(`${url}/api/v1/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  const { access_token } = await login.json();
  assert.equal(login.status, 200);
  refused(await client().auth.getUser(access_token), { status: 403, code: "bad_jwt" });
});

test("a request without a token", async () => {
  const answer = await fetch(`${url}/auth/v1/user`, {
    headers: { "X-Supabase-Api-Version": "2024-01-01" },
  });
  assert.equal(answer.status, 401);
  const { code, message } = await answer.json();
  assert.equal(code, "no_authorization");
  assert.match(message, /Bearer token/);
});

/** Replaces what differs from answer to answer, so that answers can be compared. */
function shape({ data, error }, email) {
  const varying = [
    [email, "EMAIL"],
    [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UUID"],
    [/\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)/g, "TIME"],
    [/after \d+ seconds/g, "after N seconds"],
  ];
  let text = JSON.stringify({ data, error });
  for (const [from, to] of varying) text = text.replaceAll(from, to);
  return JSON.parse(text);
}
