-- Passkeys: what is kept of a factor of that kind.

-- Functions use this search path, and not their caller's.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

CREATE TABLE passkey (
  factor_id       uuid PRIMARY KEY REFERENCES factor ON DELETE CASCADE,
  -- Chosen by the authenticator; browsers find a passkey by it.
  credential_id   bytea NOT NULL UNIQUE CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
  -- In the form of COSE (RFC 9052).
  public_key      bytea NOT NULL CHECK (octet_length(public_key) <= 2048),
  -- Of signatures, as the authenticator counts them; one that does not count says 0 each time.
  sign_count      bigint NOT NULL,
  -- How browsers reach it: names with spaces between them.
  transports      text NOT NULL,
  -- Whether its owner may have it on several devices, which never changes, and whether they do.
  backup_eligible boolean NOT NULL,
  backed_up       boolean NOT NULL,
  -- The model of the authenticator; zeros if it does not tell.
  aaguid          uuid NOT NULL
);

-- The challenges that were used, which nobody can use again. Those that were only asked for are not
-- stored: a MAC shows that they were made here.
CREATE TABLE passkey_challenge (
  challenge  bytea PRIMARY KEY,
  -- No replica accepts it any more.
  expires_at timestamptz NOT NULL
);

CREATE INDEX passkey_challenge_over ON passkey_challenge (expires_at);

INSERT INTO service_right VALUES
  ('passkey', 'SELECT, INSERT, UPDATE, DELETE'),
  ('passkey_challenge', 'SELECT, INSERT, DELETE');
