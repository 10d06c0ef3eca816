// The example of a proxy: /auth/v1 goes to Warmgate, everything else to Supabase. nginx is real, and so is
// Warmgate; what stands for Supabase tells what it was asked.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { account, client, ok, sleep, url, variable } from "./support.mjs";

let directory;
let nginx;
let supabase;
let proxy;
/** What was asked of the stand-in for Supabase. */
const asked = [];

before(async () => {
  supabase = createServer((request, response) => {
    const { method, url: path, headers } = request;
    asked.push({ method, path, headers });
    response.writeHead(200, { "Content-Type": "application/json" }).end("[]");
  });
  supabase.on("upgrade", (request, socket) => {
    asked.push({ method: "UPGRADE", path: request.url, headers: request.headers });
    socket.end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  });
  await listening(supabase);
  const probe = createServer();
  await listening(probe);
  const { port } = probe.address();
  await new Promise((closed) => probe.close(closed));
  proxy = `http://127.0.0.1:${port}`;

  directory = mkdtempSync(join(tmpdir(), "warmgate-proxy-"));
  // Started by root, nginx works as another user.
  chmodSync(directory, 0o755);
  writeFileSync(join(directory, "site.conf"), site(port));
  writeFileSync(
    join(directory, "nginx.conf"),
    `daemon off; pid nginx.pid; error_log stderr warn; events {}
     http {
       access_log off;
       client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
       uwsgi_temp_path uwsgi; scgi_temp_path scgi;
       include site.conf;
     }`,
  );
  const words = ["-p", directory, "-c", "nginx.conf", "-e", "stderr"];
  execFileSync(variable("NGINX"), [...words, "-t"], { stdio: "pipe" });
  nginx = spawn(variable("NGINX"), words, { stdio: "ignore" });
  for (let i = 0; i < 50; i++) {
    try {
      await fetch(`${proxy}/rest/v1/`);
      break;
    } catch {
      await sleep(100);
    }
  }
});

after(() => {
  nginx?.kill();
  supabase?.closeAllConnections();
  supabase?.close();
  if (directory) rmSync(directory, { recursive: true, force: true });
});

/** The example with the addresses of this test, and without TLS. */
function site(port) {
  const text = readFileSync(`${variable("ROOT")}/service/docs/examples/nginx.conf`, "utf8");
  const replaced = [
    ["listen 443 ssl;", `listen 127.0.0.1:${port};`],
    ["server 127.0.0.1:8080;", `server 127.0.0.1:${new URL(url).port};`],
    ["set $supabase project.supabase.co;", `set $supabase 127.0.0.1:${supabase.address().port};`],
    ["proxy_pass https://$supabase;", "proxy_pass http://$supabase;"],
  ].reduce((changed, [from, to]) => {
    assert.ok(changed.includes(from), from);
    return changed.replace(from, to);
  }, text);
  return replaced.replace(/^ *(ssl_certificate|proxy_ssl_).*$/gm, "");
}

test("the client has one URL for both", async () => {
  const { email, password, id } = await account();
  const application = client({ base: proxy });
  const { session } = ok(await application.auth.signInWithPassword({ email, password }));
  asked.length = 0;
  ok(await application.from("notes").select());
  assert.equal(asked.length, 1);
  assert.match(asked[0].path, /^\/rest\/v1\/notes\?select=/);
  assert.equal(asked[0].headers.authorization, `Bearer ${session.access_token}`);
  assert.equal(asked[0].headers.apikey, "anon");

  asked.length = 0;
  assert.equal(ok(await application.auth.getUser()).user.id, id);
  assert.equal(ok(await application.auth.getClaims()).claims.sub, id);
  ok(await application.auth.refreshSession());
  assert.deepEqual(asked, [], "nothing of it came to Supabase");
});

test("each path goes where it belongs", async () => {
  const toWarmgate = ["/auth/v1/health", "/auth/v1/settings", "/auth/v1/.well-known/jwks.json", "/account/sign-in"];
  const toSupabase = [
    "/",
    "/rest/v1/notes",
    "/storage/v1/object/public/a.png",
    "/functions/v1/hello",
    "/graphql/v1",
    "/auth/v10/health",
    "/authors",
    "/accounts",
    "/api/v1/auth/me",
    "/rest/v1/auth/v1/health",
  ];
  for (const path of toWarmgate) {
    asked.length = 0;
    const answer = await fetch(proxy + path);
    assert.equal(answer.status, 200, path);
    assert.deepEqual(asked, [], path);
  }
  for (const path of toSupabase) {
    asked.length = 0;
    await fetch(proxy + path);
    assert.deepEqual(asked.map((one) => one.path), [path]);
  }
});

test("realtime is upgraded", async () => {
  const status = await new Promise((done, failed) => {
    httpRequest(`${proxy}/realtime/v1/websocket?vsn=1.0.0`, {
      headers: { Connection: "Upgrade", Upgrade: "websocket" },
    })
      .on("upgrade", (response, socket) => {
        socket.destroy();
        done(response.statusCode);
      })
      .on("response", (response) => done(response.statusCode))
      .on("error", failed)
      .end();
  });
  assert.equal(status, 101);
  assert.equal(asked.at(-1).path, "/realtime/v1/websocket?vsn=1.0.0");
});

test("the host is Supabase's own, and bodies arrive", async () => {
  asked.length = 0;
  await fetch(`${proxy}/storage/v1/object/a`, { method: "POST", body: "x".repeat(3_000_000) });
  assert.equal(asked[0].method, "POST");
  assert.equal(asked[0].headers.host, `127.0.0.1:${supabase.address().port}`);
});

test("a client cannot choose the address that limits count", async () => {
  const statuses = [];
  // More than rate_limits.login allows one address in a minute.
  for (let i = 0; i < 200 && statuses.at(-1) !== 429; i++) statuses.push(await login(`10.9.8.${i}`));
  assert.equal(statuses.at(-1), 429);
});

/** Fails to log in, from an address that no other test has, and claims to be another one. Costs no hash. */
function login(claimed) {
  return new Promise((done, failed) => {
    httpRequest(`${proxy}/auth/v1/token?grant_type=password`, {
      method: "POST",
      localAddress: "127.0.0.7",
      headers: { "Content-Type": "application/json", "X-Forwarded-For": claimed },
    })
      .on("response", (response) => done(response.resume().statusCode))
      .on("error", failed)
      .end(JSON.stringify({ email: "nobody", password: "not this one" }));
  });
}

function listening(server) {
  return new Promise((ready) => server.listen(0, "127.0.0.1", ready));
}
