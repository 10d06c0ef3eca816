CREATE TABLE account (
  id               uuid PRIMARY KEY,
  email            text NOT NULL,
  -- The address folded: NFC, lower case, ASCII domain.
  email_key        text NOT NULL UNIQUE,
  password_hash    text NOT NULL,
  -- Counts password changes, so that a login begun before one cannot end after it.
  password_version integer NOT NULL DEFAULT 1,
  role             text NOT NULL CHECK (role IN ('user', 'admin')),
  created_at       timestamptz NOT NULL DEFAULT now(),
  disabled_at      timestamptz
);

CREATE TABLE session (
  id              uuid PRIMARY KEY,
  account_id      uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  -- How often the refresh token was rotated, and the SHA-256 of the current one's secret.
  counter         bigint NOT NULL DEFAULT 0,
  secret_hash     bytea NOT NULL,
  user_agent      text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  rotated_at      timestamptz NOT NULL DEFAULT now(),
  idle_expires_at timestamptz NOT NULL,
  expires_at      timestamptz NOT NULL,
  ended_at        timestamptz,
  end_reason      text
)
-- Room on each page, so that a rotation need not touch an index (heap-only tuples).
WITH (fillfactor = 80);

CREATE INDEX session_account ON session (account_id);

CREATE TABLE signing_key (
  -- The RFC 7638 thumbprint of the public key.
  id                    text PRIMARY KEY,
  public_key            bytea NOT NULL,
  encrypted_private_key bytea NOT NULL,
  encryption_key_id     text NOT NULL,
  -- The newest key whose time has come signs: every replica agrees without being told.
  signs_from            timestamptz NOT NULL,
  created_at            timestamptz NOT NULL DEFAULT now()
);
