package dev.warmgate.transfer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.warmgate.factor.FactorSecrets;
import java.io.IOException;
import java.io.Writer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes a script for psql that puts the accounts into Supabase Auth's tables: new ones are added,
 * known ones updated. Passwords whose hashes it cannot verify stay as they are there, and second
 * factors that it cannot check are left out.
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
        disabled boolean, user_metadata jsonb, app_metadata jsonb, identities jsonb, factors jsonb
      ) ON COMMIT DROP;
      COPY exported FROM stdin;
      """;

  private static final String END =
      """
      \\.
      -- Users may have exchanged their addresses, which are unique there at each moment.
      UPDATE auth.users SET email = NULL
      FROM exported
      WHERE users.id = exported.id AND users.email <> exported.email;
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
        raw_app_meta_data = excluded.raw_app_meta_data || jsonb_strip_nulls(jsonb_build_object(
          'provider', users.raw_app_meta_data -> 'provider',
          'providers', users.raw_app_meta_data -> 'providers')),
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
      """;

  /** A user's factors have different names there, or none. */
  private static final String FACTORS =
      """
      INSERT INTO auth.mfa_factors (id, user_id, friendly_name, factor_type, status, created_at,
        updated_at, secret)
      SELECT factor.id, exported.id,
        CASE WHEN row_number() OVER (
            PARTITION BY exported.id, factor.name ORDER BY factor.created_at, factor.id) = 1
          AND NOT EXISTS (
            SELECT FROM auth.mfa_factors AS known
            WHERE known.user_id = exported.id AND known.friendly_name = factor.name
              AND known.id <> factor.id)
          THEN factor.name ELSE '' END,
        'totp', 'verified', factor.created_at, now(), factor.secret
      FROM exported CROSS JOIN LATERAL jsonb_to_recordset(factors)
        AS factor(id uuid, name text, secret text, created_at timestamptz)
      ON CONFLICT (id) DO UPDATE
      SET status = excluded.status, secret = excluded.secret, updated_at = excluded.updated_at;
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Writer out;
  private final @Nullable FactorSecrets secrets;
  private long withoutPassword;
  private long withFactors;
  private long withoutFactors;

  /**
   * @param secrets decrypts second factors; {@code null} to write neither them nor the hashes of
   *     passwords
   */
  SupabaseExport(Writer out, @Nullable FactorSecrets secrets) throws IOException {
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
    String factors = factors(account);
    if (factors != null) {
      withFactors++;
    } else if (account.hasFactors()) {
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
    CopyText.column(row, factors);
    out.write(row.append('\n').toString());
  }

  void end() throws IOException {
    out.write(END);
    if (withFactors > 0) {
      // The table is missing in databases from before there were factors.
      out.write(FACTORS);
    }
    out.write("COMMIT;\n");
    out.flush();
  }

  /** How many passwords are not in the script. */
  long withoutPassword() {
    return withoutPassword;
  }

  /** How many accounts have second factors, of which none is in the script. */
  long withoutFactors() {
    return withoutFactors;
  }

  private @Nullable String password(@Nullable String hash) {
    return secrets != null && hash != null && VERIFIABLE.matcher(hash).matches()
        ? hash.replace("$argon2id-raw$", "$argon2id$")
        : null;
  }

  /** Returns the apps whose codes Supabase Auth can check, in JSON; {@code null} for none. */
  private @Nullable String factors(ExportedAccount account) throws IOException {
    if (secrets == null) {
      return null;
    }
    ArrayNode all = JSON.createArrayNode();
    for (ExportedTotp factor : ExportedTotp.of(account.factors(), secrets)) {
      if (factor.totp().isUsual()) {
        all.addObject()
            .put("id", factor.id().toString())
            .put("name", factor.name())
            .put("secret", factor.totp().base32())
            .put("created_at", factor.createdAt());
      }
    }
    return all.isEmpty() ? null : all.toString();
  }
}
