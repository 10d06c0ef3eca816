-- Accounts by which a starting replica warms itself up; there are none for more than seconds, and
-- without this a start would read every account to find what a killed replica left behind.
CREATE INDEX account_decoy ON account (created_at) WHERE email_key LIKE '%@warmup.invalid';
