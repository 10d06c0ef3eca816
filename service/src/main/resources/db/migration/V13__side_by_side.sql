-- While an upgrade runs, and after going back, replicas of the release before work on this schema: what
-- they must not do, and what they could not know.

-- Functions use this search path, and not their caller's.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

-- The kinds of events that webhooks are told of. A migration adds those of its release: whichever replica
-- reads an event then tells it, also one of the release before.
CREATE TABLE webhook_kind (
  name text PRIMARY KEY
);

INSERT INTO webhook_kind VALUES
  ('user.registered'),
  ('user.updated'),
  ('user.deleted'),
  ('email.confirmed'),
  ('session.started'),
  ('session.ended'),
  ('sessions.ended'),
  ('refresh.suspected'),
  ('refresh.reused'),
  ('login.blocked'),
  ('factor.added'),
  ('factor.removed'),
  ('factor.blocked'),
  ('factors.reset'),
  ('recovery_code.used'),
  ('key.rotated');

INSERT INTO service_right VALUES ('webhook_kind', 'SELECT');

-- A release that knows no second factors says of no session how it was opened, and would open one for the
-- password alone. It answers this state with 503, and the client tries again, perhaps at a newer replica.
CREATE FUNCTION require_second_factor() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT FROM account WHERE id = NEW.account_id AND factors > 0) THEN
    RAISE EXCEPTION 'the account has a second factor, of which this release knows nothing: upgrade it'
      USING ERRCODE = 'insufficient_resources';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER second_factor_required BEFORE INSERT ON session
  FOR EACH ROW WHEN (NEW.methods IS NULL) EXECUTE FUNCTION require_second_factor();

REVOKE ALL ON ROUTINE require_second_factor FROM PUBLIC;
