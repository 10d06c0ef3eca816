-- All sessions of an account end by one row, however many there are: those opened up to
-- sessions_ended_at are over, except the spared one. Their rows are ended later, in the background.
ALTER TABLE account
  ADD COLUMN sessions_ended_at timestamptz NOT NULL DEFAULT '-infinity',
  ADD COLUMN spared_session    uuid;

-- A revocation of kind "account" says the same to the caches.
ALTER TABLE revocation
  ADD COLUMN opened_until   timestamptz,
  ADD COLUMN spared_session uuid;
UPDATE revocation SET opened_until = created_at WHERE kind = 'account';
ALTER TABLE revocation ADD CHECK ((kind = 'account') = (opened_until IS NOT NULL));

-- What is left to be done to the rows of sessions that are over.
CREATE TABLE session_ending (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id     uuid NOT NULL,
  opened_until   timestamptz NOT NULL,
  spared_session uuid,
  reason         text NOT NULL,
  -- The account is gone: its sessions are deleted, not kept as ended ones.
  erase          boolean NOT NULL DEFAULT false
);

-- An account is deleted at once, its sessions in the background.
ALTER TABLE session DROP CONSTRAINT session_account_id_fkey;

-- The sessions that nobody has ended, the newest first. A rotation changes none of these columns.
CREATE INDEX session_open ON session (account_id, created_at DESC, id DESC) WHERE ended_at IS NULL;

CREATE VIEW living_session AS
  SELECT session.id, session.account_id, counter, secret_hash, user_agent, session.created_at,
    rotated_at, LEAST(idle_expires_at, expires_at) AS expires_at
  FROM session JOIN account ON account.id = session.account_id
  WHERE ended_at IS NULL AND now() < LEAST(idle_expires_at, expires_at)
    AND disabled_at IS NULL
    AND (session.created_at > sessions_ended_at OR session.id = spared_session);

-- Deliveries are listed in the order of their events, for which there is a unique index already.
DROP INDEX webhook_delivery_listed;
