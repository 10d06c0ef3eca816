// Lets in who has a token of Warmgate's Supabase API. Needs express and jose.
// ISSUER=https://api.example.com/auth/v1 PORT=3000 node verify-token.mjs
import express from "express";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

const issuer = process.env.ISSUER;
// Asks for keys again on an unknown kid, at most every 30 seconds.
const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
const rules = { issuer, audience: "authenticated", algorithms: ["ES256"], requiredClaims: ["exp", "sub"] };

async function authenticate(request, response, next) {
  const [, token] = /^Bearer (\S+)$/i.exec(request.get("Authorization") ?? "") ?? [];
  try {
    request.claims = (await jwtVerify(token ?? "", keys, rules)).payload;
  } catch (error) {
    // No key set could be had: a 401 would end the session of a good client.
    const away = !(error instanceof errors.JOSEError) || /^ERR_(JOSE_GENERIC|JWKS_TIMEOUT)$/.test(error.code);
    return away
      ? response.set("Retry-After", "1").sendStatus(503)
      : response.set("WWW-Authenticate", "Bearer").sendStatus(401);
  }
  next();
}

express()
  .get("/me", authenticate, (request, response) => response.json({ id: request.claims.sub }))
  .listen(process.env.PORT, "127.0.0.1");
