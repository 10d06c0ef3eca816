// Passkeys on a page of another origin than the service, with @simplewebauthn/browser and an authenticator
// that Chromium simulates.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const PASSWORD = "seven quiet lanterns";
const { WARMGATE_URL: url, APP_URL: app, CHROMIUM: executablePath, STACK_LOG: log } = process.env;
const bundle = readFileSync(
  fileURLToPath(new URL("../dist/bundle/index.umd.min.js", import.meta.resolve("@simplewebauthn/browser"))),
);
const page = `<!doctype html><meta charset="utf-8"><title>An application</title><link rel="icon" href="data:,">
  <script src="/client.js"></script>
  <script>
    async function call(path, body, token) {
      const answer = await fetch(${JSON.stringify(url)} + "/api/v1/auth/" + path, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...(token && { Authorization: "Bearer " + token }) },
        body: JSON.stringify(body),
      });
      return { status: answer.status, ...(await answer.json()) };
    }
  </script>`;

let server;
let browser;
let tab;
let devtools;

before(async () => {
  server = createServer((request, response) => {
    const script = request.url === "/client.js";
    response
      .writeHead(200, { "Content-Type": `text/${script ? "javascript" : "html"}; charset=utf-8` })
      .end(script ? bundle : page);
  });
  await new Promise((ready) => server.listen(Number(new URL(app).port), "127.0.0.1", ready));
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  tab = await (await browser.newContext()).newPage();
  devtools = await tab.context().newCDPSession(tab);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await tab.goto(app);
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

/** Calls the service as the page does. */
function call(path, body, token) {
  return tab.evaluate((given) => globalThis.call(...given), [path, body, token]);
}

/** Registers, and confirms the address with the code of the mail, which the stack prints. */
async function account() {
  const email = `ada-${randomBytes(6).toString("hex")}@example.com`;
  const { request_id } = await call("register", { email, password: PASSWORD });
  const mail = new RegExp(`^Mail to ${email}: .* code (\\d+) `, "m");
  for (let tries = 0; tries < 200; tries++) {
    const [, code] = readFileSync(log, "utf8").match(mail) ?? [];
    if (code) return { email, token: (await call("confirm", { request_id, code })).access_token };
    await sleep(100);
  }
  throw new Error(`No mail to ${email}`);
}

test("register a passkey and sign in with it", async () => {
  const { email, token } = await account();
  const made = await tab.evaluate(
    async (token) => {
      const optionsJSON = await call("passkeys/registration", {}, token);
      const credential = await SimpleWebAuthnBrowser.startRegistration({ optionsJSON });
      return call("passkeys", { name: "This browser", credential }, token);
    },
    token,
  );
  assert.equal(made.status, 201, JSON.stringify(made));

  const session = await tab.evaluate(async () => {
    const optionsJSON = await call("passkeys/sign-in", {});
    const credential = await SimpleWebAuthnBrowser.startAuthentication({ optionsJSON });
    globalThis.used = credential;
    return call("passkeys/sign-in/verify", { credential });
  });
  assert.equal(session.status, 200, JSON.stringify(session));
  const claims = JSON.parse(Buffer.from(session.access_token.split(".")[1], "base64url"));
  assert.equal(claims.email, email);

  const again = await tab.evaluate(() => call("passkeys/sign-in/verify", { credential: globalThis.used }));
  assert.equal(again.status, 403);
  assert.equal(again.code, "invalid_passkey");
});

test("use a passkey after the password", async () => {
  const { email, token } = await account();
  const answer = await tab.evaluate(
    async ([token, email, password]) => {
      const options = await call("passkeys/registration", {}, token);
      const made = await SimpleWebAuthnBrowser.startRegistration({ optionsJSON: options });
      await call("passkeys", { name: "This browser", credential: made }, token);
      const { mfa_token } = await call("login", { email, password });
      const optionsJSON = await call("mfa/challenge", { mfa_token });
      const credential = await SimpleWebAuthnBrowser.startAuthentication({ optionsJSON });
      return call("mfa/verify", { mfa_token, credential });
    },
    [token, email, PASSWORD],
  );
  assert.equal(answer.status, 200, JSON.stringify(answer));
});
