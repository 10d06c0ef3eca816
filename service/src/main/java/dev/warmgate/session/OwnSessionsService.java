package dev.warmgate.session;

import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.Notices;
import dev.warmgate.page.Position;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Caller;
import dev.warmgate.revocation.RevocationFeed;
import java.util.List;
import java.util.UUID;

/**
 * Lists and ends the sessions of the caller. It does not check whether ending other sessions needs
 * a fresh login; {@link dev.warmgate.account.FreshAuthentication} does.
 */
public final class OwnSessionsService {
  private final SessionDao sessions;
  private final Notices notices;
  private final RevocationFeed revocations;
  private final Audit audit;

  public OwnSessionsService(
      SessionDao sessions, Notices notices, RevocationFeed revocations, Audit audit) {
    this.sessions = sessions;
    this.notices = notices;
    this.revocations = revocations;
    this.audit = audit;
  }

  /**
   * Returns the caller's active sessions, newest first; one more than {@code limit} if there are
   * more.
   */
  public List<SessionDao.Listed> list(Caller caller, Position after, int limit) {
    return sessions.list(caller.accountId(), after.createdAt(), after.id(), limit + 1);
  }

  /**
   * Ends one of the caller's sessions.
   *
   * @throws ApiException 404 if the caller has no such session, even if another account has
   */
  public void end(Caller caller, UUID sessionId) {
    boolean ended =
        audit.record(
            origin -> sessions.end(sessionId, caller.accountId(), "ended_by_owner", origin));
    if (!ended) {
      throw new ApiException(ProblemType.SESSION_NOT_FOUND);
    }
    revocations.announce();
  }

  /**
   * Ends the caller's current session, all of their sessions, or all others.
   *
   * @throws ApiException 401 if the scope is not local and the caller's session has ended already
   */
  public void logout(Caller caller, LogoutScope scope) {
    UUID account = caller.accountId();
    UUID own = caller.sessionId();
    boolean ended =
        audit.record(origin ->
            switch (scope) {
              case LOCAL -> sessions.end(own, account, "logout", origin);
              case GLOBAL -> endAll(account, own, false, origin);
              case OTHERS -> endAll(account, own, true, origin);
            });
    if (!ended && scope != LogoutScope.LOCAL) {
      throw new ApiException(ProblemType.SESSION_ENDED);
    }
    revocations.announce();
  }

  private List<AuditRecord> endAll(UUID account, UUID own, boolean spare, AuditContext origin) {
    return sessions.endAll(account, own, spare, "logout", notices.ofEndedSessions(), origin);
  }
}
