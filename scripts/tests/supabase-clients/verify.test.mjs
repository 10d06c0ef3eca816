// The examples of verifying our tokens in another service, each as it stands in service/docs/examples.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac, createPublicKey } from "node:crypto";
import { createServer } from "node:http";
import { after, describe, test } from "node:test";
import { SignJWT, UnsecuredJWT, calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import { claims, signedIn, sleep, url, variable } from "./support.mjs";

const examples = `${variable("ROOT")}/service/docs/examples`;
const EXAMPLES = {
  FastAPI: (port) => [
    `${variable("PYTHON")}/bin/uvicorn`,
    ["--app-dir", examples, "--port", String(port), "verify_token:app"],
  ],
  // A copy beside the packages that it imports.
  "Express with jose": () => [process.execPath, ["verify-token.mjs"]],
  "Java with nimbus": () => [
    `${variable("JAVA_HOME")}/bin/java`,
    ["-XX:TieredStopAtLevel=1", "-cp", variable("NIMBUS"), `${examples}/VerifyToken.java`],
  ],
};

const running = [];
after(() => running.forEach((one) => one.kill?.() ?? one.close()));

for (const [name, command] of Object.entries(EXAMPLES)) {
  describe(name, () => {
    test("lets in our users, and nobody else", async () => {
      const { session, email, password, id } = await signedIn();
      const token = session.access_token;
      const ask = await start(command, claims(token).iss);
      const good = await ask(token);
      assert.equal(good.status, 200);
      assert.equal((await good.json()).id, id);

      const [head, body, signature] = token.split(".");
      const kid = JSON.parse(Buffer.from(head, "base64url")).kid;
      const flipped = (signature[0] === "A" ? "B" : "A") + signature.slice(1);
      const stranger = await generateKeyPair("ES256");
      const own = await fetch(`${url}/api/v1/auth/login`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ email, password }),
      });
      const refusals = {
        "no token": "",
        "no JWT": "nothing",
        "a changed signature": [head, body, flipped].join("."),
        "no signature": new UnsecuredJWT(claims(token)).encode(),
        "another's key under our kid": await new SignJWT(claims(token))
          .setProtectedHeader({ alg: "ES256", kid })
          .sign(stranger.privateKey),
        "our public key as a shared secret": await confused(token, kid),
        "a token for Warmgate's own API": (await own.json()).access_token,
      };
      for (const [what, refused] of Object.entries(refusals)) {
        assert.equal((await ask(refused)).status, 401, what);
      }
    });

    test("checks issuer, audience and time", async () => {
      const issuer = await anotherIssuer();
      const ask = await start(command, issuer.url);
      assert.equal((await ask(await issuer.token({}))).status, 200);
      const hour = 3600;
      const now = Math.floor(Date.now() / 1000);
      const wrong = {
        expired: { exp: now - hour },
        "without an end": { exp: undefined },
        "of tomorrow": { nbf: now + 24 * hour },
        "without a subject": { sub: undefined },
        "for others": { aud: "others" },
        "for nobody": { aud: undefined },
        "of another issuer": { iss: "https://other.example/auth/v1" },
      };
      for (const [what, changed] of Object.entries(wrong)) {
        assert.equal((await ask(await issuer.token(changed))).status, 401, what);
      }
    });

    test("answers 503, not 401, when there are no keys to tell", async () => {
      const iss = "http://127.0.0.1:9/auth/v1";
      const ask = await start(command, iss);
      const { token } = await anotherIssuer();
      assert.equal((await ask(await token({ iss }))).status, 503);
    });
  });
}

/** Starts the example, and returns what asks it with a token. */
async function start(command, issuer) {
  const port = await freePort();
  const [program, words] = command(port);
  const process_ = spawn(program, words, {
    env: { ...process.env, ISSUER: issuer, PORT: String(port) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  running.push(process_);
  let errors = "";
  process_.stderr.on("data", (data) => (errors += data));
  const ask = (token) =>
    fetch(`http://127.0.0.1:${port}/me`, {
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    });
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100)) {
    assert.equal(process_.exitCode, null, errors);
    try {
      assert.equal((await ask()).status, 401);
      return ask;
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
    }
  }
  throw new Error(`${program} does not answer: ${errors}`);
}

/** Signs with the public key as if it were the secret of HS256. */
async function confused(token, kid) {
  const { keys } = await (await fetch(`${url}/auth/v1/.well-known/jwks.json`)).json();
  const key = createPublicKey({ key: keys.find((one) => one.kid === kid), format: "jwk" });
  const header = Buffer.from(JSON.stringify({ alg: "HS256", kid })).toString("base64url");
  const signed = `${header}.${token.split(".")[1]}`;
  const secret = key.export({ type: "spki", format: "pem" });
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

/** Starts an issuer whose key is known here, for tokens that the service would not make. */
async function anotherIssuer() {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), alg: "ES256", use: "sig" };
  jwk.kid = await calculateJwkThumbprint(jwk);
  const server = createServer((_, response) =>
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ keys: [jwk] })),
  );
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  running.push(server);
  const iss = `http://127.0.0.1:${server.address().port}/auth/v1`;
  return {
    url: iss,
    token: (changed) => {
      const now = Math.floor(Date.now() / 1000);
      const all = { iss, aud: "authenticated", sub: "ada", iat: now, exp: now + 600, ...changed };
      return new SignJWT(all).setProtectedHeader({ alg: "ES256", kid: jwk.kid }).sign(privateKey);
    },
  };
}

async function freePort() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}
