package dev.warmgate.proof;

/**
 * Fragments for statements that prove an address which somebody may have registered without a
 * proof. Such an account reserves nothing, but one that is in use is not deleted.
 */
public interface Unproven {
  /** A condition on a row of {@code account}: nobody has proven its address. */
  String ACCOUNT =
      """
        (account.email_confirmed_at IS NULL AND account.disabled_at IS NULL
          AND account.role <> 'admin')
      """;

  /**
   * A condition on a row of {@code account}: the session of its registration is the only one, and
   * was never continued. False if no session is kept any more.
   */
  String NEVER_USED =
      """
        COALESCE((
          SELECT bool_and(session.created_at <= account.created_at
            AND session.rotated_at <= session.created_at)
          FROM session
          WHERE session.account_id = account.id), false)
      """;
}
