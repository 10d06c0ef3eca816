package dev.warmgate.session;

import dev.warmgate.audit.Audit;
import dev.warmgate.revocation.RevocationFeed;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Keeps an account from having more than so many living sessions. A login only notes its account
 * here; what is too much ends in the background, the longest unused sessions first. What a killed
 * process had noted is noted again by the account's next login.
 */
public final class SessionCap {
  /** So that a flood of logins fills no memory; an account beyond waits for its next login. */
  private static final int MOST_NOTED = 100_000;

  private static final int AT_ONCE = 500;

  private final SessionDao sessions;
  private final int perAccount;
  private final RevocationFeed revocations;
  private final Audit audit;
  private final Set<UUID> noted = ConcurrentHashMap.newKeySet();

  /**
   * @param sessions for work that nobody waits for
   */
  public SessionCap(
      SessionDao sessions,
      SessionsConfiguration configuration,
      RevocationFeed revocations,
      Audit audit) {
    this.sessions = sessions;
    this.perAccount = configuration.perAccount();
    this.revocations = revocations;
    this.audit = audit;
  }

  /** A session of that account was opened. */
  void opened(UUID accountId) {
    if (noted.size() < MOST_NOTED) {
      noted.add(accountId);
    }
  }

  /**
   * Looks at the accounts that were noted, and ends some of the sessions that are too many.
   *
   * @return how many; less than the limit if there is nothing left to do
   */
  public int enforce(int limit) {
    int ended = 0;
    while (ended < limit && !noted.isEmpty()) {
      ended += enforce(noted.stream().limit(AT_ONCE).toList(), limit - ended);
    }
    return ended;
  }

  private int enforce(List<UUID> accounts, int limit) {
    accounts.forEach(noted::remove);
    String joined = accounts.stream().map(UUID::toString).collect(Collectors.joining(" "));
    try {
      int ended =
          audit.recordAll(origin -> sessions.endBeyond(perAccount, joined, limit, origin)).size();
      if (ended > 0) {
        // There may be more.
        noted.addAll(accounts);
        revocations.announce();
      }
      return ended;
    } catch (RuntimeException databaseAway) {
      noted.addAll(accounts);
      throw databaseAway;
    }
  }
}
