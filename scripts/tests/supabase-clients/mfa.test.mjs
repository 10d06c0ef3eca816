// Second factors: enrolled, verified and removed by auth.mfa, as an application does it.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { admin, claims, client, ok, refused, signedIn, sleep } from "./support.mjs";

const STEP = 30;

test("enrol, verify, and ask for the factor at the next login", async () => {
  const { supabase, session, ...owner } = await signedIn();
  const { id, code } = await enrolled(supabase);
  assert.deepEqual(ok(await supabase.auth.mfa.listFactors()).totp, []);
  assert.deepEqual(await levels(supabase), ["aal1", "aal1"]);
  assert.equal((await held(supabase)).aud, "authenticated", "nothing is asked for yet");
  const events = [];
  supabase.auth.onAuthStateChange((event) => void events.push(event));

  ok(await supabase.auth.mfa.challengeAndVerify({ factorId: id, code: await code() }));

  assert.ok(events.includes("MFA_CHALLENGE_VERIFIED"));
  assert.deepEqual(await levels(supabase), ["aal2", "aal2"]);
  assert.equal(ok(await supabase.auth.mfa.listFactors()).totp.length, 1);
  assert.equal((await held(supabase)).session_id, claims(session.access_token).session_id);
  ok(await supabase.auth.refreshSession());
  assert.deepEqual(await levels(supabase), ["aal2", "aal2"]);
  const other = (await signedIn({}, owner)).supabase;
  assert.deepEqual(await levels(other), ["aal1", "aal2"]);
  const waiting = await held(other);
  assert.deepEqual([waiting.aud, waiting.role], ["second_factor_needed", "anon"]);
  refused(await other.auth.updateUser({ data: { name: "Eve" } }), {
    status: 403,
    code: "insufficient_aal",
  });
  ok(await other.auth.refreshSession());
  assert.deepEqual(await levels(other), ["aal1", "aal2"]);
  const { data: challenge } = await other.auth.mfa.challenge({ factorId: id });
  assert.ok(challenge.expires_at > Date.now() / 1000);
  const wrong = await other.auth.mfa.verify({ factorId: id, challengeId: challenge.id, code: "000000" });
  assert.match(refused(wrong, { status: 422, code: "mfa_verification_failed" }).message, /Invalid TOTP code/);
  const verified = { factorId: id, challengeId: challenge.id, code: await code() };
  ok(await other.auth.mfa.verify(verified));
  const raised = await held(other);
  assert.deepEqual([raised.aud, raised.role], ["authenticated", "authenticated"]);
  assert.deepEqual(raised.amr.map(({ method }) => method), ["password", "totp"]);
  ok(await other.auth.updateUser({ data: { name: "Ada" } }));
  refused(await other.auth.mfa.verify(verified), { status: 422, code: "mfa_verification_failed" });
  ok(await other.auth.mfa.unenroll({ factorId: id }));
  assert.deepEqual(ok(await other.auth.mfa.listFactors()).all, []);
});

test("a recovery code stands for the code", async () => {
  const { supabase, session, ...owner } = await signedIn();
  const { id, code } = await enrolled(supabase);
  const { recovery_codes } = ok(
    await supabase.auth.mfa.challengeAndVerify({ factorId: id, code: await code() }),
  );
  assert.equal(recovery_codes.length, 10);
  const other = (await signedIn({}, owner)).supabase;
  ok(await other.auth.mfa.challengeAndVerify({ factorId: id, code: recovery_codes[0] }));
  assert.deepEqual(await levels(other), ["aal2", "aal2"]);
});

test("another tab keeps its session when one verifies", async () => {
  const { supabase, session, ...owner } = await signedIn();
  const { id, code } = await enrolled(supabase);
  ok(await supabase.auth.mfa.challengeAndVerify({ factorId: id, code: await code() }));
  const first = await signedIn({}, owner);
  const second = client();
  ok(await second.auth.setSession(first.session));
  ok(await first.supabase.auth.mfa.challengeAndVerify({ factorId: id, code: await code() }));
  ok(await second.auth.refreshSession());
  assert.deepEqual(await levels(second), ["aal2", "aal2"]);
});

test("what is not there says so", async () => {
  const { supabase } = await signedIn();
  refused(await supabase.auth.mfa.enroll({ factorType: "phone", phone: "+15550100" }), {
    status: 422,
    code: "mfa_phone_enroll_not_enabled",
  });
  refused(await supabase.auth.mfa.unenroll({ factorId: crypto.randomUUID() }), {
    status: 404,
    code: "mfa_factor_not_found",
  });
  await enrolled(supabase, "one");
  refused(await supabase.auth.mfa.enroll({ factorType: "totp", friendlyName: "one" }), {
    status: 422,
    code: "mfa_factor_name_conflict",
  });
});

test("passkeys of this form are turned off", async () => {
  const { supabase, id: userId } = await signedIn();
  const off = { status: 422, code: "mfa_webauthn_enroll_not_enabled" };
  refused(await supabase.auth.mfa.webauthn.enroll({ friendlyName: "key" }), off);
  refused(await supabase.auth.mfa.enroll({ factorType: "webauthn", friendlyName: "key" }), off);
  const disabled = { status: 404, code: "passkey_disabled" };
  refused(await client().auth.passkey.startAuthentication(), disabled);
  refused(await supabase.auth.passkey.startRegistration(), disabled);
  refused(await supabase.auth.passkey.list(), disabled);
  refused(await admin.passkey.listPasskeys({ userId }), disabled);
});

test("a challenge is for its session and its factor", async () => {
  const { supabase, session, ...owner } = await signedIn();
  const { id, code } = await enrolled(supabase);
  const { data: challenge } = await supabase.auth.mfa.challenge({ factorId: id });
  const other = (await signedIn({}, owner)).supabase;
  refused(await other.auth.mfa.verify({ factorId: id, challengeId: challenge.id, code: await code() }), {
    status: 422,
    code: "mfa_challenge_expired",
  });
  refused(await other.auth.mfa.challengeAndVerify({ factorId: id, code: "000000" }), {
    status: 422,
    code: "mfa_verification_failed",
  });
});

test("the operator lists and removes factors", async () => {
  const { supabase, id: userId } = await signedIn();
  const { id, code } = await enrolled(supabase);
  ok(await supabase.auth.mfa.challengeAndVerify({ factorId: id, code: await code() }));
  const { factors } = ok(await admin.mfa.listFactors({ userId }));
  assert.deepEqual(
    factors.map((factor) => [factor.id, factor.factor_type, factor.status]),
    [[id, "totp", "verified"]],
  );
  ok(await admin.mfa.deleteFactor({ userId, id }));
  assert.deepEqual(ok(await admin.mfa.listFactors({ userId })).factors, []);
});

/** Enrols an app; its codes are good once, so each call waits for another one. */
async function enrolled(supabase, friendlyName = "phone") {
  const { id, totp } = ok(await supabase.auth.mfa.enroll({ factorType: "totp", friendlyName }));
  assert.match(totp.qr_code, /^data:image\/svg\+xml;utf-8,<svg[^#]+<\/svg>\s*$/);
  assert.match(totp.uri, /^otpauth:\/\/totp\//);
  const secret = base32(totp.secret);
  let last = 0;
  return {
    id,
    code: async () => {
      last = Math.max(last + 1, Math.floor(Date.now() / 1000 / STEP) - 1);
      await sleep(Math.max(0, (last - 1) * STEP * 1000 + 500 - Date.now()));
      return codeOf(secret, last);
    },
  };
}

function codeOf(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigInt64BE(BigInt(step));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

function base32(text) {
  const bits = [...text].map((one) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(one).toString(2).padStart(5, "0"),
  );
  return Buffer.from(bits.join("").match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
}

async function held(supabase) {
  const { session } = ok(await supabase.auth.getSession());
  return claims(session.access_token);
}

async function levels(supabase) {
  const { currentLevel, nextLevel } = ok(await supabase.auth.mfa.getAuthenticatorAssuranceLevel());
  return [currentLevel, nextLevel];
}
