package dev.warmgate.transfer;

import java.io.IOException;
import java.io.Writer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes a script for psql that puts the accounts into Supabase Auth's tables: new ones are added,
 * known ones updated. Passwords whose hashes it cannot verify stay as they are there.
 */
final class SupabaseExport implements ExportDao.Target {
  /** What Supabase Auth verifies. */
  private static final Pattern VERIFIABLE =
      Pattern.compile("\\$(argon2id|argon2id-raw|argon2i|2[aby]|fbscrypt)\\$.*");

  private static final String BEGIN =
      """
      -- Run it with psql as the owner of the schema auth. It changes all or nothing.
      \\set ON_ERROR_STOP on
      BEGIN;
      CREATE TEMP TABLE exported (
        id uuid, email text, password text, email_confirmed_at timestamptz, created_at timestamptz,
        disabled boolean, user_metadata jsonb, app_metadata jsonb, identities jsonb
      ) ON COMMIT DROP;
      COPY exported FROM stdin;
      """;

  private static final String END =
      """
      \\.
      INSERT INTO auth.users (instance_id, id, aud, role, email, encrypted_password,
        email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
        banned_until, confirmation_token, recovery_token, email_change_token_new, email_change)
      SELECT '00000000-0000-0000-0000-000000000000', id, 'authenticated', 'authenticated', email,
        COALESCE(password, ''), email_confirmed_at,
        jsonb '{"provider": "email", "providers": ["email"]}' || app_metadata, user_metadata,
        created_at, now(), CASE WHEN disabled THEN timestamptz '2999-12-31' END, '', '', '', ''
      FROM exported
      ON CONFLICT (id) DO UPDATE
      SET email = excluded.email,
        encrypted_password = COALESCE(NULLIF(excluded.encrypted_password, ''),
          users.encrypted_password),
        email_confirmed_at = excluded.email_confirmed_at,
        raw_app_meta_data = users.raw_app_meta_data || excluded.raw_app_meta_data,
        raw_user_meta_data = excluded.raw_user_meta_data,
        updated_at = excluded.updated_at,
        banned_until = excluded.banned_until;
      INSERT INTO auth.identities (provider_id, user_id, identity_data, provider, created_at,
        updated_at)
      SELECT CAST(id AS text), id, jsonb_build_object('sub', id, 'email', email,
        'email_verified', email_confirmed_at IS NOT NULL), 'email', created_at, now()
      FROM exported
      UNION ALL
      SELECT identity.subject, exported.id, identity.data, identity.provider,
        COALESCE(identity.created_at, exported.created_at), now()
      FROM exported CROSS JOIN LATERAL jsonb_to_recordset(identities)
        AS identity(provider text, subject text, data jsonb, created_at timestamptz)
      ON CONFLICT (provider_id, provider) DO UPDATE
      SET identity_data = identities.identity_data || excluded.identity_data,
        updated_at = excluded.updated_at;
      COMMIT;
      """;

  private final Writer out;
  private final boolean secrets;
  private long withoutPassword;
  private long withoutFactors;

  SupabaseExport(Writer out, boolean secrets) throws IOException {
    this.out = out;
    this.secrets = secrets;
    out.write(BEGIN);
  }

  @Override
  public void write(ExportedAccount account) throws IOException {
    String password = password(account.passwordHash());
    if (password == null && account.passwordHash() != null) {
      withoutPassword++;
    }
    if (account.hasFactors()) {
      withoutFactors++;
    }
    StringBuilder row = new StringBuilder(account.id().toString());
    CopyText.column(row, account.email());
    CopyText.column(row, password);
    CopyText.column(row, account.emailConfirmedAt());
    CopyText.column(row, account.createdAt());
    CopyText.column(row, account.disabledAt() != null);
    CopyText.column(row, account.userMetadata());
    CopyText.column(row, account.appMetadata());
    CopyText.column(row, account.identities());
    out.write(row.append('\n').toString());
  }

  void end() throws IOException {
    out.write(END);
    out.flush();
  }

  /** How many passwords are not in the script. */
  long withoutPassword() {
    return withoutPassword;
  }

  /** How many accounts have second factors, none of which is in the script. */
  long withoutFactors() {
    return withoutFactors;
  }

  private @Nullable String password(@Nullable String hash) {
    return secrets && hash != null && VERIFIABLE.matcher(hash).matches()
        ? hash.replace("$argon2id-raw$", "$argon2id$")
        : null;
  }
}
