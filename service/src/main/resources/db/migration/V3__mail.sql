-- Mail: what is to be sent, and to whom it cannot be.

-- Functions use this search path, and not their caller's.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

ALTER TABLE account
  -- The language of its mails, a BCP 47 tag; NULL for the default.
  ADD COLUMN locale text,
  -- Since when the mail server of its address refuses mails for it.
  ADD COLUMN undeliverable_at timestamptz;

-- The outbox: written in the same statement as a mail's cause, and sent in the background. It holds no
-- secret: a mail's link and code are computed when it is sent.
CREATE TABLE mail (
  -- Also its Message-ID, so that a mail that arrives twice can be recognised.
  id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind            text NOT NULL,
  -- No foreign key: the mail that tells of a deletion is sent after it. NULL if there is no account.
  account_id      uuid,
  address         text NOT NULL,
  locale          text,
  parameters      jsonb NOT NULL DEFAULT '{}',
  -- What its link and code belong to, and the key with which they are computed; NULL of a notice.
  request_id      uuid,
  key_id          text,
  -- The trace of its cause.
  traceparent     text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  -- It is of no use later: what it contains has run out.
  expires_at      timestamptz NOT NULL DEFAULT now() + INTERVAL '1 day',
  -- How often the mail server was asked to take it, without its own outages.
  attempts        integer NOT NULL DEFAULT 0,
  -- During an attempt: when another replica may make it, because this one is dead. NULL once it is over.
  next_attempt_at timestamptz DEFAULT now(),
  sent_at         timestamptz,
  -- It was given up.
  dead_at         timestamptz,
  last_error      text,
  CHECK ((request_id IS NULL) = (key_id IS NULL))
);

CREATE INDEX mail_due ON mail (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
-- Also finds what waits in vain, because mail was turned off.
CREATE INDEX mail_over ON mail (COALESCE(sent_at, dead_at, expires_at));

-- As before, with the table mail.
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
    ON account, session, session_ending, signing_key, webhook, webhook_delivery, mail TO %I', service_role);
  EXECUTE format('GRANT EXECUTE ON FUNCTION make_partitions, drop_partition TO %I', service_role);
END
$$;
