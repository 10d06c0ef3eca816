-- Whoever purges challenges locks them first, which needs this right too.

INSERT INTO service_right VALUES ('passkey_challenge', 'UPDATE');
