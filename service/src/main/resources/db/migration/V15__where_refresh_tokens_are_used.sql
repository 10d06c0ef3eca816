-- From where the refresh token was rotated last: a short MAC of the network and one of the user agent,
-- NULL before the first rotation. And when the token before the current one last came from another
-- network and another user agent: from where, and how often it had been rotated by then. No index has
-- any of them, so that a rotation stays a heap-only update.
ALTER TABLE session
  ADD COLUMN rotated_network   bytea,
  ADD COLUMN rotated_agent     bytea,
  ADD COLUMN suspected_counter bigint,
  ADD COLUMN suspected_network bytea,
  ADD COLUMN suspected_agent   bytea;
