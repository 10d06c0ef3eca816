-- Warmgate's data model. Once released, this file never changes: what comes later is V2 and so on.
--
-- The role that runs this owns everything. The service may run with another role, which owns nothing:
-- let_serve, at the end, gives it its rights.

-- The functions below use this search path, and not their caller's.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

-- ## Accounts and their sessions

CREATE TABLE account (
  id                uuid PRIMARY KEY,
  email             text NOT NULL,
  -- The address in the form by which it is found: NFC, case folded, with an ASCII domain.
  email_key         text NOT NULL UNIQUE,
  password_hash     text NOT NULL,
  -- Counts password changes, so that a login begun before one cannot succeed after it.
  password_version  integer NOT NULL DEFAULT 1,
  role              text NOT NULL CHECK (role IN ('user', 'admin')),
  created_at        timestamptz NOT NULL DEFAULT now(),
  disabled_at       timestamptz,
  -- Ends all sessions at once, however many there are: those opened up to here are over, but for the
  -- spared one. Their rows are ended later, in the background.
  sessions_ended_at timestamptz NOT NULL DEFAULT '-infinity',
  spared_session    uuid
);

-- Admins list the newest accounts and search by the beginning of an address. "C" orders byte by byte:
-- an index in a language's order cannot find a prefix.
CREATE INDEX account_created_at ON account (created_at, id);
CREATE INDEX account_email_key_bytes ON account (email_key COLLATE "C");
-- What would take away an admin looks whether another one is left.
CREATE INDEX account_admin ON account (id) WHERE role = 'admin';
-- The accounts with which a starting replica warms itself up exist for seconds. Without this index
-- each start would read all accounts to find those that a killed replica left behind.
CREATE INDEX account_decoy ON account (created_at) WHERE email_key LIKE '%@warmup.invalid';

CREATE TABLE session (
  id                uuid PRIMARY KEY,
  -- No foreign key: an account is deleted at once, its sessions in the background.
  account_id        uuid NOT NULL,
  -- How often the refresh token was rotated, and the SHA-256 of the current one's secret.
  counter           bigint NOT NULL DEFAULT 0,
  secret_hash       bytea NOT NULL,
  user_agent        text,
  created_at        timestamptz NOT NULL DEFAULT now(),
  rotated_at        timestamptz NOT NULL DEFAULT now(),
  idle_expires_at   timestamptz NOT NULL,
  expires_at        timestamptz NOT NULL,
  ended_at          timestamptz,
  end_reason        text,
  -- Where the last rotation came from: a short MAC of the network and one of the user agent; NULL
  -- before the first one.
  rotated_network   bytea,
  rotated_agent     bytea,
  -- When the previous token last came from another network and another user agent: after how many
  -- rotations, and from where.
  suspected_counter bigint,
  suspected_network bytea,
  suspected_agent   bytea
)
-- A rotation changes no indexed column and finds room on its page, so it touches no index (HOT).
WITH (fillfactor = 80);

CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_open ON session (account_id, created_at DESC, id DESC) WHERE ended_at IS NULL;
CREATE INDEX session_over ON session (LEAST(ended_at, expires_at));

CREATE VIEW living_session AS
  SELECT session.id, session.account_id, counter, secret_hash, user_agent, session.created_at,
    rotated_at, LEAST(idle_expires_at, expires_at) AS expires_at
  FROM session JOIN account ON account.id = session.account_id
  WHERE ended_at IS NULL AND now() < LEAST(idle_expires_at, expires_at)
    AND disabled_at IS NULL
    AND (session.created_at > sessions_ended_at OR session.id = spared_session);

-- The rows of sessions that account.sessions_ended_at has ended and that are still to be changed.
CREATE TABLE session_ending (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id     uuid NOT NULL,
  opened_until   timestamptz NOT NULL,
  spared_session uuid,
  reason         text NOT NULL,
  -- The account is gone: its sessions are deleted, not marked as ended.
  erase          boolean NOT NULL DEFAULT false
);

-- ## Keys

CREATE TABLE signing_key (
  -- The RFC 7638 thumbprint of the public key.
  id                    text PRIMARY KEY,
  public_key            bytea NOT NULL,
  encrypted_private_key bytea NOT NULL,
  encryption_key_id     text NOT NULL,
  -- The key that signs is the one whose time came last: all replicas agree without talking.
  signs_from            timestamptz NOT NULL,
  created_at            timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE service_key (
  id         uuid PRIMARY KEY,
  name       text NOT NULL,
  -- SHA-256 of the key: 256 random bits need no slow hash.
  key_hash   bytea NOT NULL UNIQUE,
  scopes     text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz
);

-- ## What grows with time: revocations, the audit trail, deliveries. Each is partitioned by time.

-- What must not be believed any more, although a replica may have it in its cache. Rows are written in
-- the same statement as their cause. Neither ids nor times become visible in the order of commits, so
-- readers remember a transaction id (xid) instead: all transactions before the oldest running one are
-- decided.
CREATE TABLE revocation (
  id             bigint GENERATED ALWAYS AS IDENTITY,
  kind           text NOT NULL CHECK (kind IN ('session', 'account', 'key', 'service_key')),
  ref            text NOT NULL,
  -- For an account: its sessions that were opened up to then are over, but for the spared one.
  opened_until   timestamptz,
  spared_session uuid,
  xid            xid8 NOT NULL DEFAULT pg_current_xact_id(),
  created_at     timestamptz NOT NULL DEFAULT now(),
  CHECK ((kind = 'account') = (opened_until IS NOT NULL))
) PARTITION BY RANGE (created_at);

CREATE INDEX revocation_xid ON revocation (xid);
CREATE INDEX revocation_created_at ON revocation (created_at);

-- What happened: for those who must explain it later, and for the webhooks, which read it in the order
-- of its commits. A change and its event are one statement. Nothing refers to accounts and sessions:
-- they may be gone, their trail stays.
CREATE TABLE audit_event (
  id             bigint GENERATED ALWAYS AS IDENTITY,
  xid            xid8 NOT NULL DEFAULT pg_current_xact_id(),
  occurred_at    timestamptz NOT NULL DEFAULT now(),
  event          text NOT NULL,
  -- account:ID, service:ID, operator, anonymous or system
  actor          text NOT NULL,
  account_id     uuid,
  session_id     uuid,
  client_address text,
  request_id     text,
  trace_id       text,
  details        jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (id, occurred_at)
) PARTITION BY RANGE (occurred_at);

CREATE INDEX audit_event_occurred_at ON audit_event (occurred_at);
CREATE INDEX audit_event_account ON audit_event (account_id, id) WHERE account_id IS NOT NULL;
-- With the id, since one transaction may have many events, which are read in batches.
CREATE INDEX audit_event_xid ON audit_event (xid, id);

-- The owner too would have to drop the trigger first.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE webhook (
  id                uuid PRIMARY KEY,
  url               text NOT NULL,
  -- Which events it is told; NULL for all there are and will be.
  events            text[],
  encrypted_secret  bytea NOT NULL,
  encryption_key_id text NOT NULL,
  -- The secret before the last rotation, which signs as well until then.
  previous_secret   bytea,
  previous_key_id   text,
  previous_until    timestamptz,
  created_at        timestamptz NOT NULL DEFAULT now(),
  -- Its receiver asked to be called no earlier (Retry-After).
  paused_until      timestamptz,
  -- Its receiver is gone (410): it is told nothing until its URL is set again.
  ended_at          timestamptz,
  -- Its deliveries are deleted in batches, then the row.
  deleted_at        timestamptz,
  CHECK ((previous_secret IS NULL) = (previous_key_id IS NULL)),
  CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
);

-- One event to be told to one webhook.
CREATE TABLE webhook_delivery (
  id              uuid NOT NULL DEFAULT gen_random_uuid(),
  webhook_id      uuid NOT NULL REFERENCES webhook,
  event_id        bigint NOT NULL,
  -- Of the event. With it a delivery is found in the event's own partition.
  occurred_at     timestamptz NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  attempts        integer NOT NULL DEFAULT 0,
  -- During an attempt: when another replica may make it, because this one is dead. NULL once it is over.
  next_attempt_at timestamptz DEFAULT now(),
  delivered_at    timestamptz,
  dead_at         timestamptz,
  last_error      text,
  PRIMARY KEY (id, occurred_at),
  UNIQUE (webhook_id, event_id, occurred_at)
) PARTITION BY RANGE (occurred_at);

CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_attempt_at)
  WHERE next_attempt_at IS NOT NULL;
CREATE INDEX webhook_delivery_over ON webhook_delivery (COALESCE(delivered_at, dead_at))
  WHERE next_attempt_at IS NULL;

-- One row: up to which event, in the order of their transactions, all have become deliveries.
CREATE TABLE webhook_horizon (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  xid xid8 NOT NULL,
  id  bigint NOT NULL
);

INSERT INTO webhook_horizon (xid, id) VALUES (pg_snapshot_xmin(pg_current_snapshot()), 0);

-- ## Partitions

-- The partitioned tables. The owner may change least_age; the service cannot.
CREATE TABLE partitioned (
  table_name text PRIMARY KEY,
  step       text NOT NULL CHECK (step IN ('day', 'month')),
  -- Nothing younger is dropped, whatever the service asks for; nor is the partition before today's.
  least_age  interval NOT NULL
);

INSERT INTO partitioned VALUES
  ('audit_event', 'month', '30 days'),
  ('revocation', 'day', '1 h'),
  ('webhook_delivery', 'day', '1 h');

-- Their partitions. Days and months are UTC's.
CREATE TABLE time_partition (
  name       text PRIMARY KEY,
  table_name text NOT NULL REFERENCES partitioned,
  begins     timestamptz NOT NULL,
  ends       timestamptz NOT NULL
);

-- The functions below fix every setting that a caller's session could change their meaning with.

-- Makes the partitions of that time, the one before and the next three, where they are missing; returns
-- how many. Attaching, other than CREATE TABLE ... PARTITION OF, locks out no reader or writer of the
-- table; it needs webhook without writers for an instant and gives up if it does not get it in 100 ms.
CREATE FUNCTION make_partitions_around(at timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path FROM CURRENT SET timezone = 'UTC' SET datestyle = 'ISO'
SET lock_timeout = '100ms' AS $$
DECLARE
  parent partitioned;
  one    interval;
  first  timestamptz;
  last   timestamptz;
  name   text;
  made   integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('warmgate partitions'));
  FOR parent IN SELECT * FROM partitioned LOOP
    one := '1 ' || parent.step;
    FOR n IN -1..3 LOOP
      first := date_trunc(parent.step, at) + n * one;
      last := first + one;
      name := parent.table_name || to_char(first, '_YYYYMMDD');
      CONTINUE WHEN to_regclass(quote_ident(name)) IS NOT NULL;
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
        name, parent.table_name);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        parent.table_name, name, first, last);
      IF parent.table_name = 'audit_event' THEN
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I
          FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
      END IF;
      INSERT INTO time_partition VALUES (name, parent.table_name, first, last) ON CONFLICT DO NOTHING;
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
EXCEPTION WHEN lock_not_available THEN
  RETURN 0;
END
$$;

CREATE FUNCTION make_partitions() RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT
RETURN make_partitions_around(now());

-- Whether a webhook has still to be told of an event of that time. Both questions are answered by an
-- index, since they are asked under a lock: enable_seqscan is off.
CREATE FUNCTION webhooks_need(first timestamptz, last timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path FROM CURRENT SET enable_seqscan = off
RETURN EXISTS (
    SELECT FROM webhook_delivery
    WHERE next_attempt_at IS NOT NULL AND occurred_at >= first AND occurred_at < last
  ) OR EXISTS (SELECT FROM webhook WHERE deleted_at IS NULL) AND EXISTS (
    SELECT FROM webhook_horizon AS horizon JOIN audit_event AS event
      ON event.xid >= horizon.xid AND event.xid < pg_snapshot_xmax(pg_current_snapshot())
    WHERE event.occurred_at < last
  );

-- Whether a delivery of that time ended only after the given time: it is kept as long as the others.
CREATE FUNCTION delivery_ended_since(since timestamptz, first timestamptz, last timestamptz)
RETURNS boolean
LANGUAGE sql STABLE SET search_path FROM CURRENT SET enable_seqscan = off
RETURN EXISTS (
  SELECT FROM webhook_delivery
  WHERE next_attempt_at IS NULL AND COALESCE(delivered_at, dead_at) > since
    AND occurred_at >= first AND occurred_at < last
);

-- Drops the oldest partition of a table that ended so long ago, at least least_age, and that no webhook
-- needs; returns how many: 0 or 1. Dropping locks the table for a moment, and requests queue up behind
-- that wait, so it waits for 100 ms at most. Of replicas that drop at once, one does.
CREATE FUNCTION drop_partition(parent_name text, older_than interval) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET timezone = 'UTC'
SET datestyle = 'ISO' SET lock_timeout = '100ms' AS $$
DECLARE
  parent  partitioned;
  oldest  time_partition;
  since   timestamptz;
  webhook boolean := parent_name IN ('audit_event', 'webhook_delivery');
BEGIN
  SELECT * INTO STRICT parent FROM partitioned WHERE table_name = parent_name;
  IF NOT pg_try_advisory_xact_lock(hashtext('warmgate partitions')) THEN
    RETURN 0;
  END IF;
  since := now() - GREATEST(older_than, parent.least_age);
  SELECT * INTO oldest FROM time_partition
  WHERE table_name = parent_name AND ends <= since
    AND ends < date_trunc(parent.step, now())
    AND NOT (webhook AND webhooks_need(begins, ends))
    AND NOT (parent_name = 'webhook_delivery' AND delivery_ended_since(since, begins, ends))
  ORDER BY begins
  LIMIT 1;
  IF oldest.name IS NULL THEN
    RETURN 0;
  END IF;
  EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', parent_name);
  -- Nobody can change it any more, but may just have done so.
  IF webhook AND webhooks_need(oldest.begins, oldest.ends) THEN
    RETURN 0;
  END IF;
  EXECUTE format('DROP TABLE IF EXISTS %I', oldest.name);
  DELETE FROM time_partition WHERE name = oldest.name;
  RETURN 1;
EXCEPTION WHEN lock_not_available THEN
  RETURN 0;
END
$$;

SELECT make_partitions();

-- ## Rights

-- Gives the service's role what it needs, and no more: it can neither change what happened and what was
-- revoked nor choose an event's number, and owns nothing. Harmless to repeat.
CREATE PROCEDURE let_serve(service_role name)
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
    ON account, session, session_ending, signing_key, webhook, webhook_delivery TO %I', service_role);
  EXECUTE format('GRANT EXECUTE ON FUNCTION make_partitions, drop_partition TO %I', service_role);
END
$$;

REVOKE ALL ON ROUTINE make_partitions_around, make_partitions, drop_partition, let_serve FROM PUBLIC;
