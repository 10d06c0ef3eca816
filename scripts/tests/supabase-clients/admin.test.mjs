// What a server does with its service key.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import {
  PASSWORD,
  account,
  admin,
  app,
  client,
  mailbox,
  newEmail,
  ok,
  refused,
  serviceKey,
  signedIn,
  tokenHash,
  url,
} from "./support.mjs";

// PASSWORD, hashed with bcrypt.
const BCRYPT = "$2b$10$abcdefghijklmnopqrstuuNbBsHBsEQ1QFEHrf6LsWuufBbK8.0J6";

test("createUser takes an id, metadata, and a password or its hash", async () => {
  for (const secret of [{ password: PASSWORD }, { password_hash: BCRYPT }]) {
    const id = randomUUID();
    const email = newEmail();
    const { user } = ok(
      await admin.createUser({
        id,
        email,
        ...secret,
        email_confirm: true,
        user_metadata: { name: "Ada" },
        app_metadata: { plan: "pro" },
      }),
    );
    assert.equal(user.id, id);
    assert.ok(user.email_confirmed_at);
    assert.deepEqual(user.user_metadata, { name: "Ada" });
    assert.deepEqual(user.app_metadata, { plan: "pro", provider: "email", providers: ["email"] });
    const { user: owner } = ok(await client().auth.signInWithPassword({ email, password: PASSWORD }));
    assert.equal(owner.id, id);
    refused(await client().auth.signInWithPassword({ email, password: "not this one" }), {
      status: 400,
      code: "invalid_credentials",
    });
  }
});

test("createUser refuses a taken address, a weak password and no address", async () => {
  const { email } = await account();
  refused(await admin.createUser({ email, password: PASSWORD }), { status: 422, code: "email_exists" });
  refused(await admin.createUser({ email: newEmail(), password: "short" }), {
    name: "AuthWeakPasswordError",
    status: 422,
    code: "weak_password",
  });
  refused(await admin.createUser({ password: PASSWORD }), { status: 400, code: "validation_failed" });
});

describe("users in pages", () => {
  test("listUsers has the newest first, and counts all", async () => {
    const made = [];
    for (let i = 0; i < 3; i++) made.push((await account()).id);
    const page = ok(await admin.listUsers({ page: 1, perPage: 2 }));
    assert.equal(page.users.length, 2);
    assert.equal(page.aud, "authenticated");
    assert.ok(page.total >= 3);
    assert.equal(page.nextPage, 2);
    // Other tests make accounts at the same time.
    const newest = ok(await admin.listUsers({ page: 1, perPage: 200 })).users.map(({ id }) => id);
    const places = made.map((id) => newest.indexOf(id));
    assert.ok(places.every((place) => place >= 0), "all are listed");
    assert.ok(places[0] > places[1] && places[1] > places[2], places.join());
    const seen = ok(await admin.listUsers()).users;
    assert.ok(seen.length <= 50);
  });

  test("every page is reached, and the last one has no next", async () => {
    const seen = new Set();
    let page = 1;
    for (let more = true; more && page < 50; page++) {
      const { users } = ok(await admin.listUsers({ page, perPage: 25 }));
      users.forEach(({ id }) => seen.add(id));
      more = users.length === 25;
    }
    const { total } = ok(await admin.listUsers({ page: 1, perPage: 1 }));
    assert.ok(seen.size >= total - 30, `${seen.size} of ${total}`);
  });
});

test("getUserById", async () => {
  const { id, email } = await account();
  assert.equal(ok(await admin.getUserById(id)).user.email, email);
  refused(await admin.getUserById(randomUUID()), {
    status: 404,
    code: "user_not_found",
    message: "User not found",
  });
});

test("updateUserById changes metadata, address and password", async () => {
  const { id } = await account({ user_metadata: { a: 1, b: 2 } });
  const changed = ok(
    await admin.updateUserById(id, {
      user_metadata: { b: null, c: 3 },
      app_metadata: { plan: "pro" },
    }),
  ).user;
  assert.deepEqual(changed.user_metadata, { a: 1, c: 3 });
  assert.equal(changed.app_metadata.plan, "pro");
  const email = newEmail();
  const password = "eight loud lanterns";
  const moved = ok(await admin.updateUserById(id, { email, email_confirm: true, password })).user;
  assert.equal(moved.email, email);
  ok(await client().auth.signInWithPassword({ email, password }));
  const taken = (await account()).email;
  refused(await admin.updateUserById(id, { email: taken }), { status: 422, code: "email_exists" });
  refused(await admin.updateUserById(randomUUID(), { user_metadata: {} }), {
    status: 404,
    code: "user_not_found",
  });
});

test("a ban ends the sessions and keeps the account out, until it is lifted", async () => {
  const { supabase, id, email } = await signedIn();
  // Only a ban without an end can be set.
  refused(await admin.updateUserById(id, { ban_duration: "24h" }), {
    status: 400,
    code: "validation_failed",
  });
  const { user } = ok(await admin.updateUserById(id, { ban_duration: "876000h" }));
  assert.ok(Date.parse(user.banned_until) > Date.now());
  assert.ok((await supabase.auth.getUser()).error);
  refused(await client().auth.signInWithPassword({ email, password: PASSWORD }), {
    status: 400,
    code: "invalid_credentials",
  });
  ok(await admin.updateUserById(id, { ban_duration: "none" }));
  ok(await client().auth.signInWithPassword({ email, password: PASSWORD }));
});

test("deleteUser", async () => {
  const { supabase, id, email } = await signedIn();
  assert.equal(ok(await admin.deleteUser(id)).user.email, email);
  refused(await admin.getUserById(id), { status: 404, code: "user_not_found" });
  assert.ok((await supabase.auth.getUser()).error);
  refused(await client().auth.signInWithPassword({ email, password: PASSWORD }), {
    status: 400,
    code: "invalid_credentials",
  });
});

test("signOut ends the session of a token that the server was handed", async () => {
  const { supabase, session } = await signedIn();
  assert.equal((await admin.signOut(session.access_token, "local")).error, null);
  refused(await supabase.auth.getUser(), {
    name: "AuthSessionMissingError",
    status: 400,
    code: undefined,
  });
});

test("inviteUserByEmail", async () => {
  const email = newEmail();
  const mails = mailbox(email);
  const { user } = ok(
    await admin.inviteUserByEmail(email, { data: { team: "blue" }, redirectTo: `${app}/welcome` }),
  );
  assert.equal(user.email, email);
  assert.ok(user.invited_at);
  const token_hash = tokenHash(await mails.next());
  const supabase = client();
  const accepted = ok(await supabase.auth.verifyOtp({ type: "invite", token_hash })).user;
  assert.equal(accepted.user_metadata.team, "blue");
  ok(await supabase.auth.updateUser({ password: PASSWORD }));
  ok(await client().auth.signInWithPassword({ email, password: PASSWORD }));
  refused(await admin.inviteUserByEmail((await account()).email), { status: 422, code: "email_exists" });
});

test("generateLink makes links that the server sends itself", async () => {
  const known = await account();
  const links = [
    { type: "magiclink", email: known.email },
    { type: "recovery", email: known.email },
    { type: "signup", email: newEmail(), password: PASSWORD },
    { type: "invite", email: newEmail() },
  ];
  for (const link of links) {
    const { properties, user } = ok(
      await admin.generateLink({ ...link, options: { redirectTo: `${app}/welcome` } }),
    );
    assert.equal(user.email, link.email);
    assert.equal(properties.verification_type, link.type);
    assert.equal(properties.redirect_to, `${app}/welcome`);
    assert.ok(properties.action_link.startsWith(url), properties.action_link);
    assert.match(properties.email_otp, /^\d{6}$/);
    const { hashed_token } = properties;
    const { session } = ok(
      await client().auth.verifyOtp({ type: link.type, token_hash: hashed_token }),
    );
    assert.equal(session.user.email, link.email);
    refused(await client().auth.verifyOtp({ type: link.type, token_hash: hashed_token }), {
      status: 403,
      code: "otp_expired",
    });
    assert.deepEqual(mailbox(link.email).received().filter((mail) => mail.code), []);
  }
});

test("generateLink makes none for a new address, nor for an unknown one", async () => {
  const { email } = await account();
  for (const type of ["email_change_current", "email_change_new"]) {
    refused(await admin.generateLink({ type, email, newEmail: newEmail() }), {
      status: 400,
      code: "validation_failed",
    });
  }
  for (const type of ["magiclink", "recovery"]) {
    refused(await admin.generateLink({ type, email: newEmail() }), {
      status: 404,
      code: "user_not_found",
    });
  }
});

test("without the service key nothing of it is allowed", async () => {
  const { supabase, id } = await signedIn();
  for (const auth of [client().auth, client({ key: "sb_publishable_abcdefghijk" }).auth]) {
    const { error } = await auth.admin.getUserById(id);
    assert.equal(error.name, "AuthApiError");
    assert.ok([401, 403].includes(error.status), String(error.status));
  }
  const { session } = ok(await supabase.auth.getSession());
  const asUser = client({ key: session.access_token }).auth.admin;
  refused(await asUser.listUsers(), { status: 403, code: "not_admin" });
  refused(await asUser.createUser({ email: newEmail(), password: PASSWORD }), {
    status: 403,
    code: "not_admin",
  });
});

test("a key in apikey alone is enough, as new keys of Supabase are sent", async () => {
  const { id } = await account();
  const answer = await fetch(`${url}/auth/v1/admin/users/${id}`, { headers: { apikey: serviceKey } });
  assert.equal(answer.status, 200);
});

test("a service key in a browser is refused", async () => {
  const { id } = await account();
  for (const header of [{ Origin: app }, { "Sec-Fetch-Site": "same-origin" }]) {
    const answer = await fetch(`${url}/auth/v1/admin/users/${id}`, {
      headers: { apikey: serviceKey, Authorization: `Bearer ${serviceKey}`, ...header },
    });
    assert.ok([401, 403].includes(answer.status), `${JSON.stringify(header)}: ${answer.status}`);
  }
});
