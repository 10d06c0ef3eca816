-- The Supabase form of the API: its sessions, and what its mails are for.

-- Functions use this search path, and not their caller's.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

ALTER TABLE session
  -- How a session of that form was opened, as its tokens tell; NULL of all others. Neither kind of
  -- session can be refreshed in the other form.
  ADD COLUMN supabase_method text;

ALTER TABLE proof
  -- It was asked for in that form, and its link opens a session of that form.
  ADD COLUMN supabase boolean NOT NULL DEFAULT false,
  -- Of the client that asked (RFC 7636), after its method and a colon.
  ADD COLUMN code_challenge text,
  -- What a registration has set besides its password.
  ADD COLUMN user_metadata jsonb,
  -- The id that a registration was answered with, which its account gets.
  ADD COLUMN new_account_id uuid;
