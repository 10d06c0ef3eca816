package dev.warmgate.factor;

import dev.warmgate.mail.MailOutbox;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Queues the mails of {@link FactorAlarm}. */
public interface FactorAlarmDao {
  /**
   * Tells the owner that too many wrong factors were tried, if the account has any, its address was
   * proven, and nobody told them within a day; returns how many mails that are.
   */
  @SqlQuery(
      """
      WITH mails AS (
        SELECT 'factor-blocked' AS kind, id AS account_id, email AS address, locale,
      """
          + MailOutbox.NOTICE
          + """
            FROM account
            WHERE id = :accountId AND factors > 0 AND email_confirmed_at IS NOT NULL
              AND disabled_at IS NULL
          )
          """
          + MailOutbox.NOTICED_ONCE_A_DAY
          + "SELECT count(*) FROM noticed")
  int tell(UUID accountId, @BindMethods("mail") MailOutbox mail);
}
