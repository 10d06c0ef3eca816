-- What must not be believed any more, although somebody may have it in a cache.
CREATE TABLE revocation (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind       text NOT NULL CHECK (kind IN ('session', 'account', 'key', 'service_key')),
  ref        text NOT NULL,
  -- Ids and times do not become visible in the order of their commits; transactions can be asked for.
  xid        xid8 NOT NULL DEFAULT pg_current_xact_id(),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX revocation_xid ON revocation (xid);
CREATE INDEX revocation_created_at ON revocation (created_at);

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
