// What the tests share: clients, accounts, and the mails that the stack prints.
import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@supabase/supabase-js";
import pg from "pg";

export { sleep };
export const PASSWORD = "seven quiet lanterns";

export const url = variable("WARMGATE_URL");
/** The site of the application, which the tests serve themselves. */
export const app = variable("APP_URL");
export const serviceKey = variable("WARMGATE_SERVICE_KEY");

export function variable(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set: run scripts/tests/supabase-clients.sh`);
  return value;
}

/** Returns storage that several clients can share, as the tabs of one browser do. */
export function storage() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

/** Returns a client address. The limits per address stay on, so each client has its own. */
export function address() {
  return `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
}

/** Returns a client as an application makes it. */
export function client({ base = url, key = "anon", from = address(), fetch = patient, ...auth } = {}) {
  return createClient(base, key, {
    auth: { autoRefreshToken: false, storage: storage(), ...auth },
    global: { headers: { "X-Forwarded-For": from }, fetch },
  });
}

/** Comes again after a 503, when this machine is too busy for all logins of the tests at once. */
async function patient(input, init) {
  for (let tries = 1; ; tries++) {
    const answer = await fetch(input, init);
    if (answer.status !== 503 || tries === 5) return answer;
    await sleep(1000 * Number(answer.headers.get("retry-after") ?? 1));
  }
}

export const admin = client({ key: serviceKey }).auth.admin;

export function newEmail() {
  return `ada-${randomBytes(6).toString("hex")}@example.com`;
}

/** Creates a confirmed account. */
export async function account(attributes = {}) {
  const email = newEmail();
  const { user } = ok(
    await admin.createUser({ email, password: PASSWORD, email_confirm: true, ...attributes }),
  );
  return { id: user.id, email, password: PASSWORD };
}

/** Signs in to the account, or to a new one. */
export async function signedIn(options = {}, owner) {
  const { email, password, id } = owner ?? (await account());
  const supabase = client(options);
  const { session } = ok(await supabase.auth.signInWithPassword({ email, password }));
  return { supabase, session, email, password, id };
}

/** Returns the data of an answer that must be good; that of a sign-out has none. */
export function ok({ data, error }) {
  assert.equal(error, null, JSON.stringify(error));
  return data;
}

/** Checks the client's error: its class by its name, its status and its code. */
export function refused({ error }, expected) {
  assert.ok(error, "must be refused");
  const { name, status, code, message } = error;
  assert.deepEqual(
    { name, status, code, ...(expected.message ? { message } : {}) },
    { name: "AuthApiError", ...expected },
  );
  return error;
}

/** Returns the claims of a token without checking them. */
export function claims(token) {
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
}

const MAIL = /^Mail to (\S+): (.*?)(?: {2}link (\S+))?(?: {2}code (\d+))? {2}\(.*\)$/gm;

/** Returns a mailbox whose mails are read one after the other. */
export function mailbox(email) {
  let read = 0;
  const received = () =>
    [...readFileSync(variable("STACK_LOG"), "utf8").matchAll(MAIL)]
      .filter(([, to]) => to === email)
      .map(([, , subject, link, code]) => ({ subject, link, code }));
  return {
    /** Waits for the next mail with a link; a notice has none. */
    async next(wanted = (mail) => mail.link) {
      for (const end = Date.now() + 20_000; Date.now() < end; await sleep(100)) {
        const mails = received();
        while (read < mails.length) {
          const mail = mails[read++];
          if (wanted(mail)) return mail;
        }
      }
      throw new Error(`No mail to ${email}; received: ${JSON.stringify(received())}`);
    },
    received,
  };
}

/** Returns the secret of a link, which is what templates call the hash of the token. */
export function tokenHash({ link }) {
  return new URL(link).searchParams.get("token");
}

/** Runs a statement in the service's database, to let time pass there. */
export async function database(sql, ...values) {
  const connection = new pg.Client({ connectionString: variable("DATABASE_URL") });
  await connection.connect();
  try {
    return await connection.query(sql, values);
  } finally {
    await connection.end();
  }
}
