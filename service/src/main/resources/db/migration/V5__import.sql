-- Accounts from elsewhere: what they bring along, and what was imported of them.

-- Functions use this search path, and not their caller's.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

ALTER TABLE account
  -- What belongs to its user, and what only the operator may change.
  ADD COLUMN user_metadata jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN app_metadata jsonb NOT NULL DEFAULT '{}',
  -- Every account that exists meets them: it has the defaults.
  ADD CONSTRAINT account_user_metadata_size CHECK (octet_length(user_metadata::text) <= 16384) NOT VALID,
  ADD CONSTRAINT account_app_metadata_size CHECK (octet_length(app_metadata::text) <= 16384) NOT VALID;

-- Finds the hashes that no login has replaced with Argon2id yet, by their scheme.
CREATE INDEX account_foreign_hash ON account (split_part(password_hash, '$', 2))
  WHERE password_hash NOT LIKE '$argon2id$%';

-- With whom else the owner of an account can sign in.
CREATE TABLE account_identity (
  provider     text NOT NULL,
  -- The account's id at the provider.
  subject      text NOT NULL,
  account_id   uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  data         jsonb NOT NULL DEFAULT '{}',
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  PRIMARY KEY (provider, subject)
);

CREATE INDEX account_identity_account ON account_identity (account_id);

-- What was imported of an account, so that the next import takes what has changed at the source since,
-- and only where nothing was changed here. Stays when the account is deleted, which a later import must
-- not undo; only its id is left then.
CREATE TABLE account_source (
  account_id       uuid PRIMARY KEY,
  source           text NOT NULL,
  -- Its id there, if that is no UUID.
  source_id        text,
  -- SHA-256 of the source's row without its password, and of the password's hash.
  digest           bytea,
  password_digest  bytea,
  -- The account's password_version after the import: another one means that it was changed here.
  password_version integer NOT NULL,
  -- The address that was imported: another one means that it was changed here.
  email_key        text,
  disabled         boolean NOT NULL,
  imported_at      timestamptz NOT NULL DEFAULT now(),
  deleted_at       timestamptz
);

CREATE FUNCTION forget_source() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE account_source
  SET source_id = NULL, digest = NULL, password_digest = NULL, email_key = NULL, deleted_at = now()
  WHERE account_id = OLD.id;
  RETURN NULL;
END
$$;

CREATE TRIGGER account_deleted AFTER DELETE ON account
  FOR EACH ROW EXECUTE FUNCTION forget_source();

-- The runs of the command, each with its progress, so that one that was killed goes on where it was.
CREATE TABLE account_import (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  source      text NOT NULL,
  -- SHA-256 of the files; NULL where they cannot be read twice.
  fingerprint bytea,
  -- How many records of them are done.
  done        bigint NOT NULL DEFAULT 0,
  counts      jsonb NOT NULL DEFAULT '{}',
  started_at  timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);

-- ## Rights

-- What the service's role may do with which object. A migration that adds an object adds its rights.
CREATE TABLE service_right (
  object text NOT NULL,
  rights text NOT NULL,
  PRIMARY KEY (object, rights)
);

INSERT INTO service_right VALUES
  ('living_session', 'SELECT'),
  ('revocation', 'SELECT, INSERT (kind, ref, opened_until, spared_session)'),
  ('audit_event', 'SELECT, INSERT (occurred_at, event, actor, account_id, session_id, client_address,
    request_id, trace_id, details)'),
  ('partitioned', 'SELECT'),
  ('time_partition', 'SELECT'),
  ('flyway_schema_history', 'SELECT'),
  ('webhook_horizon', 'SELECT, UPDATE'),
  ('service_key', 'SELECT, INSERT, UPDATE'),
  ('account', 'SELECT, INSERT, UPDATE, DELETE'),
  ('account_identity', 'SELECT, INSERT, UPDATE, DELETE'),
  ('account_source', 'SELECT, INSERT, UPDATE'),
  ('account_import', 'SELECT, INSERT, UPDATE'),
  ('session', 'SELECT, INSERT, UPDATE, DELETE'),
  ('session_ending', 'SELECT, INSERT, UPDATE, DELETE'),
  ('signing_key', 'SELECT, INSERT, UPDATE, DELETE'),
  ('webhook', 'SELECT, INSERT, UPDATE, DELETE'),
  ('webhook_delivery', 'SELECT, INSERT, UPDATE, DELETE'),
  ('mail', 'SELECT, INSERT, UPDATE, DELETE'),
  ('proof', 'SELECT, INSERT, UPDATE, DELETE'),
  ('proof_request', 'SELECT, INSERT, UPDATE, DELETE'),
  ('FUNCTION make_partitions', 'EXECUTE'),
  ('FUNCTION drop_partition', 'EXECUTE');

-- As before, from the table above.
CREATE OR REPLACE PROCEDURE let_serve(service_role name)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  one service_right;
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), service_role);
  FOR one IN SELECT * FROM service_right LOOP
    EXECUTE format('GRANT %s ON %s TO %I', one.rights, one.object, service_role);
  END LOOP;
END
$$;

REVOKE ALL ON ROUTINE forget_source FROM PUBLIC;
