package dev.warmgate.recovery;

import dev.warmgate.account.Account;
import dev.warmgate.account.AccountService;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.Notices;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.Asked;
import dev.warmgate.proof.Evidence;
import dev.warmgate.proof.LinkTarget;
import dev.warmgate.proof.Proof;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.proof.Proofs;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.session.NewSession;
import dev.warmgate.session.SessionService;
import dev.warmgate.session.TokenPair;
import dev.warmgate.token.Amr;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Lets owners set a new password by mail. Asking is answered alike whether or not there is an
 * account; afterwards the tokens of all earlier sessions are invalid.
 */
public final class RecoveryService {
  private final RecoveryDao dao;
  private final Proofs proofs;
  private final AccountService accounts;
  private final SessionService sessions;
  private final Notices notices;
  private final RevocationFeed revocations;
  private final Audit audit;

  public RecoveryService(
      RecoveryDao dao,
      Proofs proofs,
      AccountService accounts,
      SessionService sessions,
      Notices notices,
      RevocationFeed revocations,
      Audit audit) {
    this.dao = dao;
    this.proofs = proofs;
    this.accounts = accounts;
    this.sessions = sessions;
    this.notices = notices;
    this.revocations = revocations;
    this.audit = audit;
  }

  /**
   * Sends a mail with which the owner of the address sets a new password, if there is an account.
   *
   * @throws ApiException 409 if no mail is sent, 422 if the redirect is not allowed, 429 if the
   *     address was mailed too recently
   */
  public Asked forgot(EmailAddress email, @Nullable String redirectTo) {
    return forgot(email, LinkTarget.page(redirectTo));
  }

  /** As {@link #forgot(EmailAddress, String)}. */
  public Asked forgot(EmailAddress email, LinkTarget target) {
    return proofs.askOwner(
        ProofKind.RESET,
        email.key(),
        AuditEvent.RECOVERY_REQUESTED,
        email.key(),
        email.text(),
        target);
  }

  /**
   * Sends the same mail at the request of an admin, who learns nothing of it. A disabled account
   * gets none.
   *
   * @throws ApiException 404 if there is no such account, 409 if no mail is sent, 429 if an admin
   *     asked too recently
   */
  void start(UUID accountId) {
    Account account =
        accounts.find(accountId).orElseThrow(() -> new ApiException(ProblemType.ACCOUNT_NOT_FOUND));
    proofs.askOwnerForAdmin(
        ProofKind.RESET, AuditEvent.RECOVERY_REQUESTED, account.emailKey(), account.email());
  }

  /**
   * Sets a new password, ends every session and opens a new one.
   *
   * @throws ApiException 401 if it needs a second factor, without which nothing changes; 403 if the
   *     proof is not good, 422 if the password is not acceptable, 429 after too many wrong codes
   */
  public TokenPair reset(Evidence evidence, Password password, NewSession wanted) {
    NewSession session = wanted.by(Amr.EMAIL);
    Proof proof = proofs.check(evidence, ProofKind.RESET);
    String hash = accounts.hashNew("password", password, proof.address());
    List<AuditRecord> happened =
        audit.recordAll(origin ->
            dao.reset(
                proof.id(),
                proof.kind(),
                proof.emailKey(),
                hash,
                session.opening(),
                notices.ofPasswordChange().on(),
                notices.ofFactors().on(),
                notices.ofAnyKind(),
                origin));
    if (happened.isEmpty()) {
      throw new ApiException(ProblemType.INVALID_PROOF);
    }
    revocations.announce();
    return sessions.opened(session, happened);
  }
}
