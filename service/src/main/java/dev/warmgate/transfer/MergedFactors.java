package dev.warmgate.transfer;

/** What the statement of {@link MergeDao} does with second factors. */
final class MergedFactors {
  /**
   * A fragment: {@code protected} has the factors that were taken of {@code created} and {@code
   * changed} accounts, those that no import has brought yet.
   */
  static final String TAKEN =
      """
      protected AS (
        INSERT INTO factor (id, account_id, kind, name, encrypted_secret, encryption_key_id,
          algorithm, digits, period, created_at, confirmed_at)
        SELECT factor.id, touched.id, factor.kind, factor.name, decode(factor.secret, 'hex'),
          factor.key_id, COALESCE(factor.algorithm, 'SHA1'), COALESCE(factor.digits, 6),
          COALESCE(factor.period, 30), COALESCE(factor.created_at, now()),
          COALESCE(factor.created_at, now())
        FROM (SELECT id, true AS is_new FROM created UNION ALL SELECT id, false FROM changed)
            AS touched
          JOIN decided ON decided.id = touched.id AND NOT is_admin
          CROSS JOIN LATERAL jsonb_to_recordset(decided.factors) AS factor(id uuid, kind text,
            name text, secret text, key_id text, algorithm text, digits integer, period integer,
            created_at timestamptz)
        WHERE is_new OR factor.id <> ALL (brought)
        ON CONFLICT (id) DO NOTHING
        RETURNING id, account_id
      ), bound AS (
        INSERT INTO passkey (factor_id, credential_id, public_key, sign_count, transports,
          backup_eligible, backed_up, aaguid)
        SELECT passkey.id, decode(credential_id, 'hex'), decode(public_key, 'hex'), sign_count,
          transports, backup_eligible, backed_up, aaguid
        FROM protected
          JOIN decided ON decided.id = protected.account_id
          CROSS JOIN LATERAL jsonb_to_recordset(decided.factors) AS passkey(id uuid, kind text,
            credential_id text, public_key text, sign_count bigint, transports text,
            backup_eligible boolean, backed_up boolean, aaguid uuid)
        WHERE passkey.id = protected.id AND passkey.kind = 'passkey'
      )
      """;

  private MergedFactors() {}
}
