-- What happened, for whoever must explain it later, and for the webhooks, which read it in the order of
-- its commits (xid, as with revocations). A change and its row are one statement. Nothing refers to
-- accounts and sessions: they may be gone, their trail stays.
CREATE TABLE audit_event (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
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
  details        jsonb NOT NULL DEFAULT '{}'
);

CREATE INDEX audit_event_occurred_at ON audit_event (occurred_at);
CREATE INDEX audit_event_account ON audit_event (account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX audit_event_xid ON audit_event (xid);

-- Rows are never changed, and deleted only by a transaction that says it purges what is too old.
CREATE FUNCTION keep_audit_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('warmgate.purges_audit', true) = 'yes' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'audit_event is append-only' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION keep_audit_events();

CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_events();

-- To find sessions that are long over. A rotation changes neither column, so it still touches no index.
CREATE INDEX session_over ON session (LEAST(ended_at, expires_at));
