-- Since when an account has not stood without a second factor: whoever undoes a change of its address may be
-- asked for one that is younger than the change.

-- Functions use this search path, and not their caller's.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

ALTER TABLE account
  -- Since when it has always had a confirmed factor; kept by the trigger that counts them, NULL without one.
  -- It is also NULL where nothing was counted since this column was added, so that not all accounts had to be
  -- changed at once: then that is when the oldest factor was confirmed.
  ADD COLUMN protected_since timestamptz;

-- As before, with protected_since.
CREATE OR REPLACE FUNCTION count_factors() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  owner uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.account_id ELSE NEW.account_id END;
  more  integer := 0;
BEGIN
  IF TG_OP <> 'DELETE' AND NEW.confirmed_at IS NOT NULL THEN
    more := more + 1;
  END IF;
  IF TG_OP <> 'INSERT' AND OLD.confirmed_at IS NOT NULL THEN
    more := more - 1;
  END IF;
  IF more <> 0 THEN
    -- By the clock, not by the beginning of the transaction, which may have waited for a change of address to
    -- end. It is not before such a change either if the clock was set back.
    UPDATE account
    SET factors = factors + more,
      protected_since = CASE
        WHEN factors + more = 0 THEN NULL
        WHEN factors = 0 THEN GREATEST(clock_timestamp(), (
          SELECT max(proof.created_at) FROM proof
          WHERE proof.account_id = owner AND proof.kind = 'address-changed'))
        ELSE COALESCE(protected_since, LEAST(OLD.confirmed_at, (
          SELECT min(factor.confirmed_at) FROM factor WHERE factor.account_id = owner)))
      END
    WHERE id = owner;
  END IF;
  IF more < 0 THEN
    DELETE FROM recovery_set USING account
    WHERE account.id = owner AND recovery_set.account_id = owner AND account.factors = 0;
  END IF;
  RETURN NULL;
END
$$;

REVOKE ALL ON ROUTINE count_factors FROM PUBLIC;
