package dev.warmgate.gotrue;

import dev.warmgate.factor.FactorDao;
import dev.warmgate.session.RotationDao;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Reads accounts with all that GoTrue tells of a user; leaves out warm-up accounts in lists. */
public interface UserDao {
  /** The {@code app_metadata} of an account that has none of its own, as most have not. */
  String NO_APP_METADATA = "{\"provider\": \"email\", \"providers\": [\"email\"]}";

  /** A fragment that reads {@link Row}s; needs {@code :sessionId}. */
  String USER =
      """
      SELECT account.id, account.email, account.email_key, account.role, account.email_confirmed_at,
        account.created_at, account.disabled_at,
        CAST(account.user_metadata AS text) AS user_metadata,
        CAST(jsonb_build_object('provider', 'email', 'providers', jsonb_build_array('email'))
          || account.app_metadata AS text) AS app_metadata,
        (SELECT max(created_at) FROM session WHERE session.account_id = account.id)
          AS last_sign_in_at,
        change.new_email, change.created_at AS change_asked_at,
        own.supabase_method AS method, own.created_at AS opened_at,
        own.created_at > account.sessions_ended_at AS newest_credentials,
        COALESCE(own.aal, 1) AS aal, own.methods,
        COALESCE(own.authenticated_at, own.created_at) AS authenticated_at,
        account.factors > 0 AS has_factor, factor.all_of_them AS factors
      FROM account
        LEFT JOIN session AS own ON own.id = CAST(:sessionId AS uuid)
        LEFT JOIN LATERAL (
          SELECT new_email, created_at
          FROM proof
          WHERE proof.email_key = account.email_key AND kind = 'change-address-current'
            AND proof.account_id = account.id AND used_at IS NULL AND expires_at > now()
          ORDER BY created_at DESC
          LIMIT 1
        ) AS change ON true
        LEFT JOIN LATERAL (
          SELECT CAST(jsonb_agg(jsonb_build_object('id', id, 'friendly_name', name,
              'factor_type', CASE kind WHEN 'passkey' THEN 'webauthn' ELSE kind END,
              'status', CASE WHEN confirmed_at IS NULL THEN 'unverified' ELSE 'verified' END,
              'created_at', created_at,
              'updated_at', GREATEST(created_at, confirmed_at, last_used_at))
            ORDER BY created_at, id) AS text) AS all_of_them
          FROM factor
          WHERE factor.account_id = account.id AND (confirmed_at IS NOT NULL
            OR created_at > now() -
      """
          + FactorDao.UNCONFIRMED_SECONDS
          + """
               * INTERVAL '1 s')
            ) AS factor ON true
          """;

  /**
   * A user.
   *
   * @param userMetadata a JSON object, as the next one
   * @param newEmail the address that the account is to have; only if its current one is proven
   * @param method how the session was opened, as the next two: {@code null} without a session
   * @param newestCredentials whether the password was not replaced since
   * @param methods the text of an {@link dev.warmgate.token.Amr}
   * @param authenticatedAt when its user last proved who they are
   * @param hasFactor whether the account has a second factor
   * @param factors a JSON array of them and of those that wait; {@code null} for none
   */
  record Row(
      UUID id,
      String email,
      String emailKey,
      String role,
      @Nullable Instant emailConfirmedAt,
      Instant createdAt,
      @Nullable Instant disabledAt,
      String userMetadata,
      String appMetadata,
      @Nullable Instant lastSignInAt,
      @Nullable String newEmail,
      @Nullable Instant changeAskedAt,
      @Nullable String method,
      @Nullable Instant openedAt,
      @Nullable Boolean newestCredentials,
      int aal,
      @Nullable String methods,
      @Nullable Instant authenticatedAt,
      boolean hasFactor,
      @Nullable String factors) {
    /** Whether the session still has to use it. */
    boolean awaitsFactor() {
      return hasFactor && aal < 2;
    }

    @Override
    public String toString() {
      return "Row[" + id + "]";
    }
  }

  @SqlQuery(USER + "WHERE account.id = :id")
  Optional<Row> find(UUID id, @Nullable UUID sessionId);

  /**
   * Rotates a session, and reads its user in the same statement: as both were when it began, if it
   * had to wait for a change of the session.
   */
  @SqlQuery(
      "WITH rotated AS ("
          + RotationDao.ROTATED
          + "RETURNING session.account_id) "
          + USER
          + "WHERE account.id = (SELECT account_id FROM rotated)")
  Optional<Row> rotate(@BindMethods RotationDao.Rotation rotation);

  @SqlQuery(USER + "WHERE account.email_key = :emailKey AND CAST(:sessionId AS uuid) IS NULL")
  Optional<Row> findByEmail(String emailKey, @Nullable UUID sessionId);

  @SqlQuery(
      USER
          + """
          WHERE account.email_key NOT LIKE '%@warmup.invalid'
          ORDER BY account.created_at DESC, account.id DESC
          LIMIT :limit OFFSET :offset
          """)
  List<Row> newest(int limit, long offset, @Nullable UUID sessionId);

  @SqlQuery("SELECT count(*) FROM account WHERE email_key NOT LIKE '%@warmup.invalid'")
  long count();
}
