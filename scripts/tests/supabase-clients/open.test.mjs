// What differs where a registration needs no confirmation (REGISTRATION_CONFIRM=off).
import assert from "node:assert/strict";
import { test } from "node:test";
import { PASSWORD, client, newEmail, ok, refused } from "./support.mjs";

test("sign-up answers with a session at once", async () => {
  const email = newEmail();
  const supabase = client();
  const events = [];
  supabase.auth.onAuthStateChange((event) => void events.push(event));
  const { user, session } = ok(
    await supabase.auth.signUp({ email, password: PASSWORD, options: { data: { name: "Ada" } } }),
  );
  assert.equal(user.email, email);
  assert.equal(user.user_metadata.name, "Ada");
  assert.equal(session.user.id, user.id);
  assert.ok(events.includes("SIGNED_IN"));
  ok(await supabase.auth.getUser());
  ok(await supabase.auth.refreshSession());
});

test("an address that is registered says so", async () => {
  const email = newEmail();
  ok(await client().auth.signUp({ email, password: PASSWORD }));
  refused(await client().auth.signUp({ email, password: PASSWORD }), {
    status: 422,
    code: "user_already_exists",
    message: "User already registered",
  });
});
