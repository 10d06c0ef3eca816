package dev.warmgate.maillogin;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.Notices;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.Asked;
import dev.warmgate.proof.Evidence;
import dev.warmgate.proof.LinkTarget;
import dev.warmgate.proof.NewProof;
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
 * Signs owners in by mail, if that is turned on. It creates no accounts, and asking is answered
 * alike whether or not there is one.
 */
public final class MailLoginService {
  private final boolean on;
  private final MailLoginDao dao;
  private final Proofs proofs;
  private final SessionService sessions;
  private final Notices notices;
  private final RevocationFeed revocations;
  private final Audit audit;

  /**
   * @param on {@code EMAIL_LOGIN=on}
   */
  public MailLoginService(
      boolean on,
      MailLoginDao dao,
      Proofs proofs,
      SessionService sessions,
      Notices notices,
      RevocationFeed revocations,
      Audit audit) {
    this.on = on;
    this.dao = dao;
    this.proofs = proofs;
    this.sessions = sessions;
    this.notices = notices;
    this.revocations = revocations;
    this.audit = audit;
  }

  /**
   * Sends a mail with which the owner of the address signs in, if there is an account.
   *
   * @throws ApiException 403 if this is turned off, 409 if no mail is sent, 422 if the redirect is
   *     not allowed, 429 if the address was mailed too recently
   */
  public Asked ask(EmailAddress email, @Nullable String redirectTo) {
    return ask(email, LinkTarget.page(redirectTo));
  }

  /** As {@link #ask(EmailAddress, String)}. */
  public Asked ask(EmailAddress email, LinkTarget target) {
    requireOn();
    return proofs.askOwner(
        ProofKind.SIGN_IN,
        // A link that a stranger asked for does not sign the owner in.
        proofs.shareOf(email.key()),
        AuditEvent.EMAIL_LOGIN_REQUESTED,
        email.key(),
        email.text(),
        target);
  }

  /**
   * Sends a mail with which the owner of the address signs in, or creates an account by it.
   *
   * @param userMetadata of the new account, a JSON object
   * @throws ApiException as {@link #ask}
   */
  public void askOrRegister(EmailAddress email, String userMetadata, LinkTarget target) {
    requireOn();
    proofs.requireMail();
    NewProof proof = proofs.create(ProofKind.SIGN_IN, proofs.shareOf(email.key()), target);
    List<AuditRecord> _ =
        proofs.askUnproven(
            proof,
            origin ->
                dao.askOrRegister(
                    email.key(),
                    email.text(),
                    UUID.randomUUID(),
                    userMetadata,
                    target.redirectTo(),
                    proof,
                    proofs.outbox(target),
                    origin));
  }

  /**
   * Opens a session.
   *
   * @throws ApiException 401 if a second factor is needed, 403 if the proof is not good or this is
   *     turned off, 429 after too many wrong codes
   */
  public TokenPair open(Evidence evidence, NewSession session) {
    requireOn();
    NewSession byMail = session.by(Amr.EMAIL);
    return sessions.opened(byMail, use(proofs.check(evidence, ProofKind.SIGN_IN), byMail));
  }

  /**
   * Opens a session with a proof of the address, which may also be that of a forgotten password.
   *
   * @return the id of the account
   * @throws ApiException 403 if the proof is not good any more
   */
  public UUID open(Proof proof, NewSession session) {
    return use(proof, session).getFirst().accountId();
  }

  private List<AuditRecord> use(Proof proof, NewSession session) {
    List<AuditRecord> happened =
        audit.recordAll(origin ->
            dao.open(
                proof.id(),
                proof.kind(),
                proof.emailKey(),
                session.opening(),
                notices.ofFactors(),
                origin));
    if (happened.isEmpty()) {
      throw new ApiException(ProblemType.INVALID_PROOF);
    }
    if (happened.size() > 1) {
      revocations.announce();
    }
    return happened;
  }

  /** Whether owners may sign in by mail. */
  public boolean isOn() {
    return on;
  }

  private void requireOn() {
    if (!on) {
      throw new ApiException(ProblemType.EMAIL_LOGIN_OFF);
    }
  }
}
