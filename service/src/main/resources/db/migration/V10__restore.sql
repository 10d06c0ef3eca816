-- A dump that is restored in another cluster brings transaction ids along that are not this cluster's.

ALTER TABLE webhook_horizon
  -- The newest event of the dump that the database was restored from: the transaction ids of the events
  -- up to it mean nothing here. 0 if it was not.
  ADD COLUMN restored_id bigint NOT NULL DEFAULT 0;
