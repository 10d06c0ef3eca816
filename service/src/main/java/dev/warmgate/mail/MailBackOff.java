package dev.warmgate.mail;

/**
 * Fragments for the back-off of mails of a kind: 1, 2, 5, and then 15 minutes, which wear off in a
 * day without mails. The table proof_request has a row for each kind and name that asks; it is
 * called {@code known} here. A time after now, which a wrong clock has left, counts as long ago.
 */
public final class MailBackOff {
  /** How long to wait after {@code known.times} mails. */
  public static final String PAUSE =
      """
      (CAST('{1 min,2 min,5 min,15 min}' AS interval[]))[known.times]
      """;

  /**
   * Follows an INSERT of the first mail and counts a further one. The time of another transaction
   * may be after now() of this one, but not after the clock.
   */
  public static final String COUNTED =
      """
      ON CONFLICT (email_key, kind) DO UPDATE
      SET asked_at = now(),
        times = CASE
          WHEN known.asked_at < now() - INTERVAL '1 day' OR known.asked_at > clock_timestamp() THEN 1
          ELSE LEAST(known.times + 1, 4) END
      """;

  /** A condition: the pause is over. */
  public static final String OVER =
      """
      (known.asked_at > clock_timestamp() OR now() >= known.asked_at +
      """
          + PAUSE
          + ")";

  /**
   * A condition for kinds of which an address gets one a day at most: that of another day is over.
   */
  public static final String A_DAY_OVER =
      """
      (known.asked_at > clock_timestamp() OR now() >= known.asked_at + INTERVAL '1 day')
      """;

  private MailBackOff() {}
}
