-- For admins: the newest accounts first, and those whose address begins with something. Ordered byte
-- by byte, since with most languages' order an index does not know what comes after a prefix.
CREATE INDEX account_created_at ON account (created_at, id);
CREATE INDEX account_email_key_bytes ON account (email_key COLLATE "C");
