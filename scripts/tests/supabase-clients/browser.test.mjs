// The client in a real browser, on a page of another origin than the service.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, serve } from "./application.mjs";
import { PASSWORD, account, app, mailbox, newEmail, serviceKey } from "./support.mjs";

let server;
let chromium;

before(async () => {
  server = await serve();
  chromium = await browser();
});

after(async () => {
  await chromium?.close();
  server?.closeAllConnections();
  server?.close();
});

/** Opens tabs of a browser that knows nothing yet. */
async function tabs(count, path = "/implicit") {
  const context = await chromium.newContext();
  const opened = [];
  for (let i = 0; i < count; i++) {
    const tab = await context.newPage();
    await tab.goto(app + path);
    opened.push(tab);
  }
  return opened;
}

/** Calls a method of the client's auth in the tab. */
async function call(tab, method, ...given) {
  const { data, error } = await tab.evaluate(
    async ([name, values]) => {
      const answer = await client.auth[name](...values);
      return { data: answer.data, error: answer.error && answer.error.toJSON() };
    },
    [method, given],
  );
  assert.equal(error, null, `${method}: ${JSON.stringify(error)}`);
  return data;
}

/** Opens a mail's link, presses the button if there is one, and returns where that leads to. */
async function follow(tab, link) {
  await tab.goto(link);
  // With PKCE no button is needed: the link is of no use to anybody but the client that asked.
  if (tab.url().startsWith(app)) return new URL(tab.url());
  // Who opens the link of a registration need not be the one who registered: a password is asked for.
  const password = tab.locator("main input[type=password]");
  if (await password.count()) await password.fill(PASSWORD);
  await tab.locator("main form > button").click();
  await tab.waitForURL((to) => to.href.startsWith(app));
  return new URL(tab.url());
}

function hasEvent(tab, event) {
  return tab.waitForFunction((name) => events.includes(name), event, { timeout: 10_000 });
}

test("sign in, reload, and still be signed in", async () => {
  const { id, email } = await account();
  const [tab] = await tabs(1);
  await call(tab, "signInWithPassword", { email, password: PASSWORD });
  await tab.reload();
  assert.equal((await call(tab, "getUser")).user.id, id);
  assert.equal((await call(tab, "getClaims")).claims.sub, id);
  await call(tab, "updateUser", { data: { theme: "dark" } });
  await hasEvent(tab, "USER_UPDATED");
});

test("two tabs refresh at once", async () => {
  const { id, email } = await account();
  const [one, two] = await tabs(2);
  await call(one, "signInWithPassword", { email, password: PASSWORD });
  await two.reload();
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all(
      [one, two].map((tab) =>
        tab.evaluate(async () => {
          const { error } = await client.auth.refreshSession();
          return error && error.name;
        }),
      ),
    );
    // A tab that finds newer tokens in the storage drops its own.
    for (const name of answers) assert.ok([null, "AuthRefreshDiscardedError"].includes(name), name);
    for (const tab of [one, two]) assert.equal((await call(tab, "getUser")).user.id, id);
  }
  for (const tab of [one, two]) {
    await tab.reload();
    assert.equal((await call(tab, "getUser")).user.id, id);
  }
});

test("sign out everywhere", async () => {
  const { email } = await account();
  const [one, two] = await tabs(2);
  const [elsewhere] = await tabs(1);
  await call(one, "signInWithPassword", { email, password: PASSWORD });
  await call(elsewhere, "signInWithPassword", { email, password: PASSWORD });
  await two.reload();
  await call(two, "getUser");
  const error = await one.evaluate(async () => (await client.auth.signOut()).error);
  assert.equal(error, null);
  await hasEvent(two, "SIGNED_OUT");
  assert.equal((await call(two, "getSession")).session, null);
  const name = await elsewhere.evaluate(async () => (await client.auth.getUser()).error.name);
  assert.equal(name, "AuthSessionMissingError");
  assert.equal((await call(elsewhere, "getSession")).session, null);
  for (const tab of [one, two, elsewhere]) {
    await tab.reload();
    assert.equal((await call(tab, "getSession")).session, null);
  }
});

test("a page reads the errors of another origin", async () => {
  const [tab] = await tabs(1);
  const error = await tab.evaluate(async () => {
    const answer = await client.auth.signInWithPassword({ email: "no@example.com", password: "nothing" });
    return answer.error.toJSON();
  });
  assert.deepEqual(error, {
    name: "AuthApiError",
    message: "Invalid login credentials",
    status: 400,
    code: "invalid_credentials",
  });
});

test("a link confirms a sign-up and leads to the application, signed in", async () => {
  const email = newEmail();
  const mails = mailbox(email);
  const [tab] = await tabs(1);
  await call(tab, "signUp", { email, password: PASSWORD, options: { emailRedirectTo: `${app}/implicit` } });
  await follow(tab, (await mails.next()).link);
  await hasEvent(tab, "SIGNED_IN");
  assert.equal((await call(tab, "getUser")).user.email, email);
  assert.ok(!tab.url().includes("access_token"), tab.url());
});

test("PKCE: only the browser that asked can use the link of a mail", async () => {
  const { id, email } = await account();
  const mails = mailbox(email);
  const [tab] = await tabs(1, "/pkce");
  await call(tab, "signInWithOtp", { email, options: { emailRedirectTo: `${app}/pkce` } });
  const { link } = await mails.next();
  await follow(tab, link);
  await hasEvent(tab, "SIGNED_IN");
  assert.equal((await call(tab, "getUser")).user.id, id);
  assert.ok(!tab.url().includes("code="), tab.url());

  const other = await account();
  const others = mailbox(other.email);
  await call(tab, "signInWithOtp", { email: other.email, options: { emailRedirectTo: `${app}/welcome` } });
  const [stranger] = await tabs(1, "/pkce");
  const landed = await follow(stranger, (await others.next()).link);
  const code = landed.searchParams.get("code");
  assert.ok(code, landed.href);
  assert.equal(landed.hash, "");
  await stranger.goto(`${app}/pkce`);
  const error = await stranger.evaluate(
    async (auth_code) => {
      localStorage.setItem(`${client.auth.storageKey}-code-verifier`, JSON.stringify("x".repeat(43)));
      return (await client.auth.exchangeCodeForSession(auth_code)).error.toJSON();
    },
    code,
  );
  assert.equal(error.name, "AuthApiError");
  assert.equal(error.status, 400);
  assert.equal(error.code, "bad_code_verifier");
});

test("PKCE for sign-up, recovery and a code that was used", async () => {
  const email = newEmail();
  const mails = mailbox(email);
  const [tab] = await tabs(1, "/pkce");
  const options = { emailRedirectTo: `${app}/welcome` };
  await call(tab, "signUp", { email, password: PASSWORD, options });
  let landed = await follow(tab, (await mails.next()).link);
  await tab.goto(`${app}/pkce`);
  const { user } = await call(tab, "exchangeCodeForSession", landed.searchParams.get("code"));
  assert.equal(user.email, email);

  await call(tab, "resetPasswordForEmail", email, { redirectTo: `${app}/welcome` });
  landed = await follow(tab, (await mails.next()).link);
  const code = landed.searchParams.get("code");
  await tab.goto(`${app}/pkce`);
  await call(tab, "exchangeCodeForSession", code);
  await hasEvent(tab, "PASSWORD_RECOVERY");
  await call(tab, "updateUser", { password: "eight loud lanterns" });
  const again = await tab.evaluate(async (used) => {
    localStorage.setItem(`${client.auth.storageKey}-code-verifier`, JSON.stringify("x".repeat(43)));
    return (await client.auth.exchangeCodeForSession(used)).error.toJSON();
  }, code);
  assert.equal(again.status, 404);
  assert.equal(again.code, "flow_state_not_found");
});

test("a link that was used leads to the application with an error", async () => {
  const { email } = await account();
  const mails = mailbox(email);
  const [tab] = await tabs(1);
  await call(tab, "signInWithOtp", { email, options: { emailRedirectTo: `${app}/welcome` } });
  const { link } = await mails.next();
  const first = await follow(tab, link);
  assert.ok(new URLSearchParams(first.hash.slice(1)).get("access_token"), first.href);
  await tab.goto(link);
  const button = tab.locator("main form > button");
  if (await button.count()) await button.click();
  await tab.waitForLoadState();
  // Either on our own page, or as parameters that the client reads.
  const text = await tab.locator("body").innerText();
  assert.ok(tab.url().includes("error_code=otp_expired") || /invalid|expired|used/i.test(text), tab.url());
});

test("a link does not lead to another site", async () => {
  const { email } = await account();
  const mails = mailbox(email);
  const [tab] = await tabs(1);
  await call(tab, "signInWithOtp", { email, options: { emailRedirectTo: "https://evil.example/" } });
  const landed = await follow(tab, (await mails.next()).link);
  assert.equal(landed.origin, app);
});

test("a service key in a page is refused", async () => {
  const [tab] = await tabs(1);
  const error = await tab.evaluate(async (key) => {
    const { createClient } = globalThis.supabase;
    const admin = createClient(client.supabaseUrl, key, { auth: { storageKey: "admin" } }).auth.admin;
    return (await admin.listUsers()).error.toJSON();
  }, serviceKey);
  assert.ok([401, 403].includes(error.status), JSON.stringify(error));
});
