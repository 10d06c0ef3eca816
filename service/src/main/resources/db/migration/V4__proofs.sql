-- Proofs of addresses: confirmation, forgotten passwords, invitations, sign-in by mail, new addresses.

-- Functions use this search path, and not their caller's.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

ALTER TABLE account
  -- An account may have no password: its owner signs in by mail, or has a new one set by mail.
  ALTER COLUMN password_hash DROP NOT NULL,
  -- When somebody who can read the mails to its address last proved so. NULL of an address that
  -- anybody may have entered.
  ADD COLUMN email_confirmed_at timestamptz;

-- What can be done with the link or the code of one mail, once. Unknown addresses have rows, too, so
-- that asking costs the same for them.
CREATE TABLE proof (
  -- Answered to whoever asked: a code is good only together with it.
  id               uuid PRIMARY KEY,
  kind             text NOT NULL,
  -- The address that the mail goes to, and the form by which it is found.
  address          text NOT NULL,
  email_key        text NOT NULL,
  -- NULL if there is no account (yet).
  account_id       uuid,
  -- The secrets of link and code are not here: this is the SHA-256 of the link's, and a MAC of the
  -- code with a key that is not in the database.
  link_hash        bytea NOT NULL UNIQUE,
  key_id           text NOT NULL,
  code_mac         bytea NOT NULL,
  code_expires_at  timestamptz NOT NULL,
  -- Wrong codes.
  code_failures    integer NOT NULL DEFAULT 0,
  -- By the clock, since several may be made in one transaction: the newest code counts.
  created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at       timestamptz NOT NULL,
  used_at          timestamptz,
  -- What a registration has set: it comes into effect with the proof.
  password_hash    text,
  locale           text,
  -- Where the page of the link leads to afterwards.
  redirect_to      text,
  -- Of a change of address: the new address; the other half, if both addresses have to confirm; and
  -- the account's password, which must not have been replaced since.
  new_email        text,
  new_email_key    text,
  other_half       uuid,
  password_version integer
);

CREATE INDEX proof_address ON proof (email_key, kind, created_at DESC);
-- The changes of an account's address that can be undone.
CREATE INDEX proof_undo ON proof (account_id) WHERE kind = 'address-changed';
CREATE INDEX proof_over ON proof (expires_at);

-- How often mails of a kind were asked for an address, for the back-off.
CREATE TABLE proof_request (
  email_key text NOT NULL,
  kind      text NOT NULL,
  times     integer NOT NULL,
  asked_at  timestamptz NOT NULL,
  PRIMARY KEY (email_key, kind)
);

CREATE INDEX proof_request_over ON proof_request (asked_at);

-- As before, with the tables proof and proof_request.
CREATE OR REPLACE PROCEDURE let_serve(service_role name)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), service_role);
  EXECUTE format('GRANT SELECT ON living_session, revocation, audit_event, partitioned, time_partition,
    flyway_schema_history TO %I', service_role);
  EXECUTE format('GRANT INSERT (kind, ref, opened_until, spared_session) ON revocation TO %I',
    service_role);
  EXECUTE format('GRANT INSERT (occurred_at, event, actor, account_id, session_id, client_address,
    request_id, trace_id, details) ON audit_event TO %I', service_role);
  EXECUTE format('GRANT SELECT, UPDATE ON webhook_horizon TO %I', service_role);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE ON service_key TO %I', service_role);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE
    ON account, session, session_ending, signing_key, webhook, webhook_delivery, mail, proof,
    proof_request TO %I', service_role);
  EXECUTE format('GRANT EXECUTE ON FUNCTION make_partitions, drop_partition TO %I', service_role);
END
$$;
