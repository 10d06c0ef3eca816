// Accounts that were imported from other services sign in through the client, with their old passwords.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import pg from "pg";
import { account, admin, claims, client, newEmail, ok, refused, variable } from "./support.mjs";

const root = variable("ROOT");
const fixtures = `${root}/service/src/test/resources/transfer`;
const STAPLE = "correct horse battery staple";

const sources = [
  {
    from: ["django", `${fixtures}/django.json`],
    accounts: { "argon2@django.example": STAPLE, "bcrypt@django.example": STAPLE, "scrypt@django.example": STAPLE },
  },
  { from: ["csv", `${fixtures}/werkzeug.csv`], accounts: { "scrypt@werkzeug.example": STAPLE } },
  {
    from: ["auth0", `${fixtures}/auth0-users.ndjson`, "--passwords", `${fixtures}/auth0-passwords.ndjson`],
    accounts: { "user0@auth0.example": STAPLE, "user1@auth0.example": STAPLE },
  },
  {
    from: ["firebase", `${fixtures}/firebase.json`, "--hash-config", `${fixtures}/firebase-hash-config.txt`],
    accounts: { "user1@firebase.example": "user1password" },
  },
  {
    from: ["keycloak", `${fixtures}/keycloak`],
    accounts: { "pbkdf2@keycloak.example": "password", "argon2@keycloak.example": "password" },
  },
];

for (const { from, accounts } of sources) {
  test(`accounts of ${from[0]}`, async () => {
    importFrom(from);
    for (const [email, password] of Object.entries(accounts)) await signIn(email, password);
  });
}

test("accounts of another Warmgate, by its export", async () => {
  const { id, email, password } = await account();
  const directory = mkdtempSync(`${tmpdir()}/export-`);
  const file = `${directory}/accounts.ndjson`;
  command(["export", "--with-secrets", file]);
  const line = readFileSync(file, "utf8").split("\n").find((one) => one.includes(email));
  rmSync(directory, { recursive: true });
  ok(await admin.deleteUser(id));
  command(["import", "--from", "warmgate", "-"], {}, `${line}\n`);
  const { user } = await signIn(email, password);
  assert.equal(user.id, id);
});

test("accounts of Supabase, by a CSV", async () => {
  const [id, email] = [randomUUID(), newEmail()];
  const rows = `id,email,encrypted_password,email_confirmed_at\n${id},${email},${HASH},2026-01-01 00:00:00+00\n`;
  command(["import", "--from", "supabase", "-"], {}, rows);
  const { user } = await signIn(email, "allmine");
  assert.equal(user.id, id);
});

test("accounts of Supabase keep their id, password, metadata and rows", async () => {
  // As the superuser of the local stack; the service's own role can make no database.
  const server = variable("DATABASE_URL").replace(/\/\/.*?@/, "//postgres@");
  const name = `supabase_${randomUUID().replaceAll("-", "")}`;
  await run(server, `CREATE DATABASE ${name}`);
  const source = server.replace(/\/[^/]*$/, `/${name}`);
  const [id, other] = [randomUUID(), randomUUID()];
  const [email, neighbour] = [newEmail(), newEmail()];
  await run(source, readFileSync(`${fixtures}/supabase-schema.sql`, "utf8"));
  await run(source, ROWS);
  for (const user of [[id, email], [other, neighbour]]) {
    await run(
      source,
      `INSERT INTO auth.users (id, email, encrypted_password, email_confirmed_at, raw_user_meta_data,
         raw_app_meta_data, created_at, updated_at)
       VALUES ($1, $2, $3, now(), '{"name": "Ada"}', '{"provider": "email", "plan": "pro"}', now(), now())`,
      [...user, HASH],
    );
    await run(source, "INSERT INTO note (owner, text) VALUES ($1, $2)", user);
  }
  importFrom(["supabase"], { SOURCE_DATABASE_URL: source });
  const { user, session } = await signIn(email, "allmine");
  assert.equal(user.id, id);
  assert.equal(user.user_metadata.name, "Ada");
  assert.equal(user.app_metadata.plan, "pro");

  // What PostgREST does with the token that it has verified.
  const token = claims(session.access_token);
  const { rows } = await run(
    source,
    `SET ROLE ${token.role}; SET request.jwt.claims = '${JSON.stringify(token)}'; SELECT text FROM note`,
  ).then((answers) => answers.at(-1));
  assert.deepEqual(rows, [{ text: email }]);
});

// The test vector of Go's bcrypt package, which Supabase uses.
const HASH = "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga";

// A table whose rows belong to users, who see their own only.
const ROWS = `
  DO $$ BEGIN CREATE ROLE authenticated; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
  CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE
    AS $$ SELECT (current_setting('request.jwt.claims', true)::jsonb ->> 'sub')::uuid $$;
  GRANT USAGE ON SCHEMA auth TO authenticated;
  CREATE TABLE note (owner uuid NOT NULL REFERENCES auth.users, text text);
  ALTER TABLE note ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON note TO authenticated USING (owner = auth.uid());
  GRANT SELECT ON note TO authenticated;`;

async function signIn(email, password) {
  refused(await client().auth.signInWithPassword({ email, password: `not ${password}` }), {
    status: 400,
    code: "invalid_credentials",
  });
  const supabase = client();
  const session = ok(await supabase.auth.signInWithPassword({ email, password }));
  ok(await supabase.auth.getUser());
  // The hash was replaced: the second time it is ours.
  ok(await client().auth.signInWithPassword({ email, password }));
  return session;
}

/** Runs the import. It ends with 1 if it leaves records out, which some fixtures are for. */
function importFrom(source, environment = {}) {
  try {
    command(["import", "--from", ...source], environment);
  } catch (failed) {
    if (failed.status !== 1) throw failed;
  }
}

/** Runs a command of the service. */
function command([name, ...more], environment = {}, input = "") {
  const configuration = `${root}/service/config/warmgate.yml`;
  const jar = `${root}/service/target/warmgate.jar`;
  execFileSync(
    `${variable("JAVA_HOME")}/bin/java`,
    ["-XX:TieredStopAtLevel=1", "-jar", jar, name, "--config", configuration, ...more],
    { env: { ...process.env, ...environment }, input, stdio: "pipe" },
  );
}

async function run(database, sql, values) {
  const connection = new pg.Client({ connectionString: database });
  await connection.connect();
  try {
    return await connection.query(sql, values);
  } finally {
    await connection.end();
  }
}
