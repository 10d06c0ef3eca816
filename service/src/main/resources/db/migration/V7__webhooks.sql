-- Whom to tell what happened. Audit events are the outbox: they are written with the change itself.
CREATE TABLE webhook (
  id                uuid PRIMARY KEY,
  url               text NOT NULL,
  -- The names of those events it is told; NULL for all there are and will be.
  events            text[],
  encrypted_secret  bytea NOT NULL,
  encryption_key_id text NOT NULL,
  created_at        timestamptz NOT NULL DEFAULT now(),
  -- Its deliveries are deleted little by little, then the row.
  deleted_at        timestamptz
);

-- One event to be told to one webhook.
CREATE TABLE webhook_delivery (
  id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  webhook_id      uuid NOT NULL REFERENCES webhook,
  event_id        bigint NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  attempts        integer NOT NULL DEFAULT 0,
  -- While somebody is sending it: when another one may, because the first is dead. NULL once it is over.
  next_attempt_at timestamptz DEFAULT now(),
  delivered_at    timestamptz,
  dead_at         timestamptz,
  last_error      text,
  UNIQUE (webhook_id, event_id)
);

CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_attempt_at)
  WHERE next_attempt_at IS NOT NULL;
CREATE INDEX webhook_delivery_over ON webhook_delivery (COALESCE(delivered_at, dead_at))
  WHERE next_attempt_at IS NULL;
CREATE INDEX webhook_delivery_listed ON webhook_delivery (webhook_id, created_at);

-- One row: up to which event, in the order of their transactions, all have become deliveries.
CREATE TABLE webhook_horizon (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  xid xid8 NOT NULL,
  id  bigint NOT NULL
);

INSERT INTO webhook_horizon (xid, id) VALUES (pg_snapshot_xmin(pg_current_snapshot()), 0);

-- A single transaction may have very many events, which are read in batches.
DROP INDEX audit_event_xid;
CREATE INDEX audit_event_xid ON audit_event (xid, id);
