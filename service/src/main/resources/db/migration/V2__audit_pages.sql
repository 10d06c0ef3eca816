-- Pages of the audit trail are ordered by time. No index has a past time or a rare event in the order of
-- ids: PostgreSQL would walk down from the newest event, or sort all that match.

DROP INDEX audit_event_account;
CREATE INDEX audit_event_account ON audit_event (account_id, occurred_at) WHERE account_id IS NOT NULL;

-- Without the event of every login, which the index on the time finds soon enough.
CREATE INDEX audit_event_event ON audit_event (event, occurred_at) WHERE event <> 'session.started';
