package dev.warmgate.session;

import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** The logins that wait for their second step; {@link LoginDao#OPENED} makes them. */
public interface ChallengeDao {
  /**
   * A condition: the challenge can still be met. It is void once the sessions of its account have
   * ended, or the password was replaced.
   */
  String LIVING =
      """
        login_challenge.token_hash = :tokenHash AND login_challenge.expires_at > now()
        AND account.id = login_challenge.account_id AND account.disabled_at IS NULL
        AND account.password_version = login_challenge.password_version
        AND account.sessions_ended_at < login_challenge.created_at
      """;

  /**
   * A fragment that makes void what waits for the second step of the account of {@code
   * readdressed(id)}: its first step may have been taken through the mailbox that the account
   * loses.
   */
  String VOIDED =
      """
      , voided AS (
        DELETE FROM login_challenge USING readdressed
        WHERE login_challenge.account_id = readdressed.id
      )
      """;

  /**
   * A login whose first step was right.
   *
   * @param passwordHash of the password that comes into effect with the second step, if any
   */
  record Challenge(
      UUID id,
      UUID accountId,
      int passwordVersion,
      @Nullable UUID deviceId,
      String audience,
      String methods,
      @Nullable String passwordHash) {
    @Override
    public String toString() {
      return "Challenge[" + id + "]";
    }
  }

  /** Returns the challenge without counting anything. */
  @SqlQuery(
      """
      SELECT login_challenge.id, account_id, login_challenge.password_version, device_id, audience,
        methods, login_challenge.password_hash
      FROM login_challenge CROSS JOIN account
      WHERE tries < :most AND
      """
          + LIVING)
  Optional<Challenge> find(byte[] tokenHash, int most);

  /** Counts a try before it is made, so that tries side by side are all counted. */
  @SqlQuery(
      """
      UPDATE login_challenge SET tries = tries + 1
      FROM account
      WHERE tries < :most AND
      """
          + LIVING
          + """
          RETURNING login_challenge.id, account_id, login_challenge.password_version, device_id,
            audience, methods, login_challenge.password_hash
          """)
  Optional<Challenge> begin(byte[] tokenHash, int most);

  /** Uses the challenge up; of concurrent calls, one returns true. */
  @SqlUpdate("DELETE FROM login_challenge WHERE id = :id")
  boolean take(UUID id);

  /** Deletes challenges that have run out; returns how many. */
  @SqlUpdate(
      """
      DELETE FROM login_challenge
      WHERE id IN (
        SELECT id FROM login_challenge
        WHERE expires_at < now()
        LIMIT :limit
        FOR UPDATE SKIP LOCKED)
      """)
  int purge(int limit);
}
