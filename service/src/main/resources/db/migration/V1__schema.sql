-- Warmgate's data model. Once released, this file never changes: what comes later is V2 and so on.
--
-- The role that runs this owns everything. The service may run with another role, which owns nothing:
-- let_serve, at the end, gives it its rights.

-- What the functions below mean by a table's name, whoever calls them.
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
  created_at        timestamptz NOT NULL DEFAULT now(),
  -- Its deliveries are deleted in batches, then the row.
  deleted_at        timestamptz
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

-- One row: up to which event, in the order of their transactions, all have become deliveries.
CREATE TABLE webhook_horizon (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  xid xid8 NOT NULL,
  id  bigint NOT NULL
);

INSERT INTO webhook_horizon (xid, id) VALUES (pg_snapshot_xmin(pg_current_snapshot()), 0);

-- ## Partitions

-- The partitioned tables. Their owner may raise least_age; the service cannot.
CREATE TABLE partitioned (
  table_name text PRIMARY KEY,
  step       text NOT NULL CHECK (step IN ('day', 'month')),
  -- Nothing younger is dropped, whatever the service asks for.
  least_age  interval NOT NULL
);

INSERT INTO partitioned VALUES
  ('audit_event', 'month', '1 day'),
  ('revocation', 'day', '1 h'),
  ('webhook_delivery', 'day', '1 h');

CREATE FUNCTION partition_name(table_name text, begins timestamp) RETURNS text LANGUAGE sql STABLE
RETURN table_name || '_' || to_char(begins, 'YYYYMMDD');

-- When a partition ends, by its name. Days and months are UTC's.
CREATE FUNCTION partition_end(name text, step text) RETURNS timestamptz LANGUAGE sql STABLE
RETURN (to_date(right(name, 8), 'YYYYMMDD') + ('1 ' || step)::interval) AT TIME ZONE 'UTC';

-- Makes the partitions of that time, the one before and the next three, where they are missing; returns
-- how many. Attaching locks out neither readers nor writers, as CREATE TABLE ... PARTITION OF would.
CREATE FUNCTION make_partitions_around(at timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  parent partitioned;
  one    interval;
  begins timestamp;
  name   text;
  made   integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('warmgate partitions'));
  FOR parent IN SELECT * FROM partitioned LOOP
    one := '1 ' || parent.step;
    FOR begins IN
      SELECT date_trunc(parent.step, at AT TIME ZONE 'UTC') + one * n FROM generate_series(-1, 3) AS n
    LOOP
      name := partition_name(parent.table_name, begins);
      CONTINUE WHEN to_regclass(name) IS NOT NULL;
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
        name, parent.table_name);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        parent.table_name, name, begins AT TIME ZONE 'UTC', (begins + one) AT TIME ZONE 'UTC');
      IF parent.table_name = 'audit_event' THEN
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I
          FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
      END IF;
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END
$$;

CREATE FUNCTION make_partitions() RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT
RETURN make_partitions_around(now());

-- Whether a webhook has still to be told of what a partition of events or deliveries holds.
CREATE FUNCTION partition_is_needed(table_name text, name text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
  needed boolean := false;
BEGIN
  IF table_name = 'webhook_delivery' THEN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE next_attempt_at IS NOT NULL)', name) INTO needed;
  ELSIF table_name = 'audit_event' THEN
    EXECUTE format('
      SELECT EXISTS (
        SELECT FROM webhook_delivery JOIN %1$I AS event ON event.id = event_id
        WHERE next_attempt_at IS NOT NULL
      ) OR EXISTS (SELECT FROM webhook WHERE deleted_at IS NULL) AND EXISTS (
        SELECT FROM webhook_horizon AS horizon JOIN %1$I AS event
          ON event.xid >= horizon.xid AND event.xid < pg_snapshot_xmax(pg_current_snapshot()))',
      name) INTO needed;
  END IF;
  RETURN needed;
END
$$;

-- Drops the oldest partition of a table that ended so long ago, at least least_age, and that no webhook
-- needs; returns how many: 0 or 1. Dropping locks the table out for a moment, so it waits for that lock
-- no longer than 100 ms: requests queue up behind it.
CREATE FUNCTION drop_partition(parent_name text, older_than interval) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '100ms' AS $$
DECLARE
  parent partitioned;
  name   text;
BEGIN
  SELECT * INTO STRICT parent FROM partitioned WHERE table_name = parent_name;
  SELECT relname INTO name
  FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
  WHERE inhparent = to_regclass(parent.table_name)
    AND partition_end(relname, parent.step) <= now() - GREATEST(older_than, parent.least_age)
    AND NOT partition_is_needed(parent.table_name, relname)
  ORDER BY relname
  LIMIT 1;
  IF name IS NULL THEN
    RETURN 0;
  END IF;
  EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', parent.table_name);
  -- Nobody can change it any more, but may just have done so.
  IF partition_is_needed(parent.table_name, name) THEN
    RETURN 0;
  END IF;
  EXECUTE format('DROP TABLE %I', name);
  RETURN 1;
EXCEPTION WHEN lock_not_available THEN
  RETURN 0;
END
$$;

SELECT make_partitions();

-- ## Rights

-- Gives the service's role what it needs, and no more: it can neither change nor delete what happened
-- and what was revoked, and owns nothing. Harmless to repeat.
CREATE FUNCTION let_serve(service_role name) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), service_role);
  EXECUTE format('GRANT SELECT ON living_session, partitioned, flyway_schema_history TO %I', service_role);
  EXECUTE format('GRANT SELECT, INSERT ON revocation, audit_event TO %I', service_role);
  EXECUTE format('GRANT SELECT, UPDATE ON webhook_horizon TO %I', service_role);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE ON service_key TO %I', service_role);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE
    ON account, session, session_ending, signing_key, webhook, webhook_delivery TO %I', service_role);
  EXECUTE format('GRANT EXECUTE ON FUNCTION make_partitions, drop_partition TO %I', service_role);
END
$$;

REVOKE ALL ON FUNCTION make_partitions_around, make_partitions, drop_partition, let_serve FROM PUBLIC;
