-- A new password by mail takes the place of the old one once the second factor was used, too.

ALTER TABLE login_challenge
  -- The hash of the password that comes into effect with the second step; NULL if the old one stays.
  ADD COLUMN password_hash text;
