package dev.warmgate.session;

import dev.warmgate.token.TokenIssuer;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/**
 * Rotates refresh tokens; separate from {@link UnrotatedDao} for the reason given in {@link
 * LoginDao}.
 */
public interface RotationDao {
  /** Where a refresh token is used: a MAC of the network and one of the user agent. */
  record Place(byte[] network, byte[] agent) {
    /**
     * Has a value for every field, because a statement is prepared for the types of its arguments.
     */
    public static final Place EXAMPLE = new Place(new byte[8], new byte[8]);

    /** Whether both are others than those that are stored, if any are. */
    boolean isAwayFrom(byte @Nullable [] storedNetwork, byte @Nullable [] storedAgent) {
      return storedNetwork != null
          && storedAgent != null
          && !MessageDigest.isEqual(network, storedNetwork)
          && !MessageDigest.isEqual(agent, storedAgent);
    }
  }

  /** A fragment that exchanges a token, to be followed by what it returns. */
  String ROTATED =
      """
      UPDATE session
      SET counter = counter + 1, secret_hash = :nextHash, rotated_at = now(),
        rotated_network = :network, rotated_agent = :agent,
        idle_expires_at = now() + :idleSeconds * INTERVAL '1 s'
      FROM account
      WHERE session.id = :sessionId AND counter = :counter AND secret_hash = :hash
        AND ended_at IS NULL AND now() < LEAST(idle_expires_at, expires_at)
        AND (supabase_method IS NOT NULL) = :supabase
        AND account.id = session.account_id AND account.disabled_at IS NULL
        AND (session.created_at > account.sessions_ended_at OR session.id = account.spared_session)
      """;

  /**
   * The exchange of a token for its successor.
   *
   * @param supabase whether the session must be one of the Supabase form
   */
  record Rotation(
      UUID sessionId,
      long counter,
      byte[] hash,
      byte[] nextHash,
      byte[] network,
      byte[] agent,
      long idleSeconds,
      boolean supabase) {
    /** Has a value for every field, for the same reason as {@link Place#EXAMPLE}. */
    public static Rotation example(UUID sessionId, byte[] hash) {
      byte[] mac = Place.EXAMPLE.network();
      return new Rotation(sessionId, 0, hash, hash, mac, mac, 60, false);
    }
  }

  /** Rotates a session; of concurrent calls with the same token, exactly one returns a row. */
  @SqlQuery(
      ROTATED
          + """
          RETURNING account.id AS account_id, session.id AS session_id, account.email,
            account.email_confirmed_at IS NOT NULL AS email_verified, account.role,
            COALESCE(session.authenticated_at, session.created_at) AS authenticated_at,
            session.aal, session.methods
          """)
  Optional<TokenIssuer.Subject> rotate(@BindMethods Rotation rotation);
}
