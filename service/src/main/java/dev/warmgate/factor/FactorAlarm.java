package dev.warmgate.factor;

import dev.warmgate.mail.MailOutbox;
import dev.warmgate.mail.Notices;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells owners by mail that somebody who got past the first step has used up the tries of their
 * second factor. A refusal only registers its account here, so it is as fast as any other and says
 * nothing; a background job asks the database, which lets one mail a day through. If the process is
 * killed before that, the account's next refusal registers it again.
 */
public final class FactorAlarm {
  /** Bounds memory during a flood; further accounts are registered at their next refusal. */
  private static final int MAX_PENDING = 10_000;

  private final FactorAlarmDao dao;
  private final Notices notices;
  private final Set<UUID> pending = ConcurrentHashMap.newKeySet();

  /**
   * @param dao for background work
   */
  FactorAlarm(FactorAlarmDao dao, Notices notices) {
    this.dao = dao;
    this.notices = notices;
  }

  /** Registers an account of which a factor was refused unseen. */
  void blocked(UUID accountId) {
    if (notices.ofFactors().on() && pending.size() < MAX_PENDING) {
      pending.add(accountId);
    }
  }

  /**
   * Tells the owners of the registered accounts.
   *
   * @return the number of mails; less than the limit if none are left
   */
  public int tell(int limit) {
    MailOutbox mail = notices.ofFactors();
    int told = 0;
    for (UUID account : List.copyOf(pending)) {
      if (told == limit) {
        break;
      }
      pending.remove(account);
      try {
        told += dao.tell(account, mail);
      } catch (RuntimeException unavailable) {
        pending.add(account);
        throw unavailable;
      }
    }
    return told;
  }
}
