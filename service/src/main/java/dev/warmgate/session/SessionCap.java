package dev.warmgate.session;

import dev.warmgate.audit.Audit;
import dev.warmgate.revocation.RevocationFeed;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Limits the active sessions per account: a login only registers its account here, and a background
 * job ends excess sessions, least recently used first. If the process is killed, the account's next
 * login registers it again.
 */
public final class SessionCap {
  /** Bounds memory during a flood of logins; further accounts are handled at their next login. */
  private static final int MAX_PENDING = 100_000;

  private static final int BATCH = 500;

  private final SessionDao sessions;
  private final int perAccount;
  private final RevocationFeed revocations;
  private final Audit audit;
  private final Set<UUID> pending = ConcurrentHashMap.newKeySet();

  /**
   * @param sessions a DAO for background work
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

  /** Registers an account that opened a session. */
  void opened(UUID accountId) {
    if (pending.size() < MAX_PENDING) {
      pending.add(accountId);
    }
  }

  /**
   * Ends excess sessions of the registered accounts.
   *
   * @return the number of ended sessions; less than the limit if none are left
   */
  public int enforce(int limit) {
    int ended = 0;
    while (ended < limit && !pending.isEmpty()) {
      ended += enforce(pending.stream().limit(BATCH).toList(), limit - ended);
    }
    return ended;
  }

  private int enforce(List<UUID> accounts, int limit) {
    accounts.forEach(pending::remove);
    String joined = accounts.stream().map(UUID::toString).collect(Collectors.joining(" "));
    try {
      int ended =
          audit.recordAll(origin -> sessions.endBeyond(perAccount, joined, limit, origin)).size();
      if (ended > 0) {
        // There may be more.
        pending.addAll(accounts);
        revocations.announce();
      }
      return ended;
    } catch (RuntimeException unavailable) {
      pending.addAll(accounts);
      throw unavailable;
    }
  }
}
