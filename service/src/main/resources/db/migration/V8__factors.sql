-- Second factors: what they are, what opens a session with them, and how a session was opened.

-- Functions use this search path, and not their caller's.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

ALTER TABLE account
  -- How many confirmed factors it has; kept by a trigger. A login that waits for a lock on the account
  -- sees it as it is then, which it would not see of another table.
  ADD COLUMN factors integer NOT NULL DEFAULT 0;

ALTER TABLE session
  -- Its authenticator assurance level: 2 if a second factor was used, or a passkey.
  ADD COLUMN aal integer NOT NULL DEFAULT 1,
  -- How its user has proven who they are, and when: method@seconds, separated by spaces. NULL of
  -- sessions from before this column.
  ADD COLUMN methods text,
  -- When they last did so; NULL if that was when it was opened.
  ADD COLUMN authenticated_at timestamptz;

ALTER TABLE account_source
  -- The ids of the factors that the source had at the last import: only others are new.
  ADD COLUMN factors uuid[] NOT NULL DEFAULT '{}';

CREATE TABLE factor (
  id                uuid PRIMARY KEY,
  account_id        uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  kind              text NOT NULL CHECK (kind IN ('totp', 'passkey')),
  -- As its owner calls it.
  name              text NOT NULL,
  -- Of a TOTP (RFC 6238), as the next four.
  encrypted_secret  bytea,
  encryption_key_id text,
  algorithm         text NOT NULL DEFAULT 'SHA1' CHECK (algorithm IN ('SHA1', 'SHA256', 'SHA512')),
  digits            integer NOT NULL DEFAULT 6 CHECK (digits BETWEEN 6 AND 8),
  period            integer NOT NULL DEFAULT 30 CHECK (period BETWEEN 15 AND 120),
  -- The newest time step of which a code was used: none of it or before it is good any more.
  last_step         bigint NOT NULL DEFAULT 0,
  created_at        timestamptz NOT NULL DEFAULT now(),
  -- When its owner first proved to have it. Until then it counts for nothing, and is soon gone.
  confirmed_at      timestamptz,
  last_used_at      timestamptz,
  CHECK ((kind = 'totp') = (encrypted_secret IS NOT NULL)),
  CHECK ((encrypted_secret IS NULL) = (encryption_key_id IS NULL))
);

CREATE INDEX factor_account ON factor (account_id);
CREATE INDEX factor_unconfirmed ON factor (created_at) WHERE confirmed_at IS NULL;

-- The recovery codes of an account are made, and replaced, as a set.
CREATE TABLE recovery_set (
  account_id        uuid PRIMARY KEY REFERENCES account ON DELETE CASCADE,
  -- Of the MACs of its codes: without it nobody can try all codes.
  encrypted_key     bytea NOT NULL,
  encryption_key_id text NOT NULL,
  created_at        timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE recovery_code (
  account_id uuid NOT NULL REFERENCES recovery_set ON DELETE CASCADE,
  mac        bytea NOT NULL,
  used_at    timestamptz,
  PRIMARY KEY (account_id, mac)
);

-- A login whose first step was right and which waits for a second factor.
CREATE TABLE login_challenge (
  id               uuid PRIMARY KEY,
  -- SHA-256 of the token that the first step was answered with: 256 random bits need no key.
  token_hash       bytea NOT NULL UNIQUE,
  account_id       uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  -- As it was at the first step; another one since makes the challenge void.
  password_version integer NOT NULL,
  -- The known device that the client has proven to be, if any.
  device_id        uuid,
  -- Of the first access token.
  audience         text NOT NULL,
  methods          text NOT NULL,
  -- Second steps that were tried.
  tries            integer NOT NULL DEFAULT 0,
  created_at       timestamptz NOT NULL,
  expires_at       timestamptz NOT NULL
);

CREATE INDEX login_challenge_account ON login_challenge (account_id);
CREATE INDEX login_challenge_over ON login_challenge (expires_at);

-- Whatever adds or removes a factor. With the last one, the recovery codes go.
CREATE FUNCTION count_factors() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  owner uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.account_id ELSE NEW.account_id END;
  more  integer := 0;
BEGIN
  IF TG_OP <> 'DELETE' AND NEW.confirmed_at IS NOT NULL THEN
    more := more + 1;
  END IF;
  IF TG_OP <> 'INSERT' AND OLD.confirmed_at IS NOT NULL THEN
    more := more - 1;
  END IF;
  IF more <> 0 THEN
    UPDATE account SET factors = factors + more WHERE id = owner;
  END IF;
  IF more < 0 THEN
    DELETE FROM recovery_set USING account
    WHERE account.id = owner AND recovery_set.account_id = owner AND account.factors = 0;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER factor_counted AFTER INSERT OR DELETE OR UPDATE OF confirmed_at ON factor
  FOR EACH ROW EXECUTE FUNCTION count_factors();

REVOKE ALL ON ROUTINE count_factors FROM PUBLIC;

INSERT INTO service_right VALUES
  ('factor', 'SELECT, INSERT, UPDATE, DELETE'),
  ('recovery_set', 'SELECT, INSERT, UPDATE, DELETE'),
  ('recovery_code', 'SELECT, INSERT, UPDATE, DELETE'),
  ('login_challenge', 'SELECT, INSERT, UPDATE, DELETE');
