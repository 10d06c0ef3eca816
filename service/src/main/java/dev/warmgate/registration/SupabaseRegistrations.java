package dev.warmgate.registration;

import dev.warmgate.account.AccountService;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.Asked;
import dev.warmgate.proof.LinkTarget;
import dev.warmgate.proof.NewProof;
import dev.warmgate.proof.Proof;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.proof.Proofs;
import dev.warmgate.registration.RegistrationDao.Wanted;
import dev.warmgate.session.NewSession;
import dev.warmgate.session.SessionService;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Registers and invites in the Supabase form, whose clients send metadata, learn the id of the
 * account at once, and have no id of the request. The rules are those of {@link
 * RegistrationService}.
 */
public final class SupabaseRegistrations {
  private final RegistrationConfiguration configuration;
  private final RegistrationService registrations;
  private final RegistrationDao dao;
  private final Proofs proofs;
  private final AccountService accounts;
  private final SessionService sessions;

  public SupabaseRegistrations(
      RegistrationConfiguration configuration,
      RegistrationService registrations,
      RegistrationDao dao,
      Proofs proofs,
      AccountService accounts,
      SessionService sessions) {
    this.configuration = configuration;
    this.registrations = registrations;
    this.dao = dao;
    this.proofs = proofs;
    this.accounts = accounts;
    this.sessions = sessions;
  }

  /** Whether strangers may register. */
  public boolean isOpen() {
    return registrations.isOpen();
  }

  /** Whether an account exists only once its address is confirmed. */
  public boolean needsConfirmation() {
    return configuration.needsConfirmation();
  }

  /**
   * A registration.
   *
   * @param accountId of the account, or the one that it will have once its address is confirmed
   * @param opened whether the session was opened, because no confirmation is needed
   */
  public record Registered(UUID accountId, boolean opened) {}

  /**
   * Registers an account.
   *
   * @param userMetadata a JSON object
   * @param session to be opened, if no confirmation is needed
   * @throws ApiException as {@link RegistrationService#register}
   */
  public Registered register(
      EmailAddress email,
      Password password,
      String userMetadata,
      LinkTarget target,
      NewSession session) {
    boolean vouchedFor = RegistrationService.isVouchedFor(email);
    if (!vouchedFor && !isOpen()) {
      throw new ApiException(ProblemType.REGISTRATION_CLOSED);
    }
    if (vouchedFor || !needsConfirmation()) {
      UUID id = sessions.register(email, password, null, vouchedFor, userMetadata, session);
      return new Registered(id, true);
    }
    String hash = accounts.hashNew("password", password, email.text());
    UUID id = UUID.randomUUID();
    Asked _ =
        registrations.ask(
            wanted(email, hash, target, userMetadata, id),
            proofs.create(ProofKind.CONFIRM, email.key(), target),
            proofs.outbox(target));
    return new Registered(id, false);
  }

  /**
   * Sends the mail of a registration again. Without a registration no mail is sent, and the answer
   * is the same.
   *
   * @throws ApiException 409 if no mail is sent at all, 429 if the address was mailed too recently
   */
  public void resend(EmailAddress email) {
    proofs.requireMail();
    Optional<Proof> first = proofs.supabase().newest(email.key(), ProofKind.CONFIRM);
    LinkTarget target = LinkTarget.supabase(null, null);
    Asked _ =
        first.isPresent()
            ? registrations.again(first.get())
            : registrations.ask(
                wanted(email, null, target, null, null),
                proofs.create(ProofKind.CONFIRM, email.key()).runOut(),
                proofs.outbox().off());
  }

  /**
   * Invites somebody.
   *
   * @param newAccountId the id that the account will have
   * @param mails whether the invitation is mailed; otherwise the operator hands it over
   * @throws ApiException 403 if nobody may register, 409 if the address has a proven account or no
   *     mail is sent, 429 if the address was invited too recently
   */
  public NewProof invite(
      EmailAddress email,
      String userMetadata,
      LinkTarget target,
      UUID newAccountId,
      boolean mails) {
    if (mails) {
      proofs.requireMail();
    }
    if (configuration.mode() == RegistrationConfiguration.Mode.OFF) {
      throw new ApiException(ProblemType.REGISTRATION_CLOSED);
    }
    NewProof asked = proofs.create(ProofKind.INVITE, email.key(), target);
    NewProof proof = mails ? asked : asked.handedOver();
    MailOutbox outbox = proofs.outbox(target);
    ask(
        wanted(email, null, target, userMetadata, newAccountId),
        AuditEvent.INVITATION_REQUESTED,
        proof,
        mails ? outbox : outbox.off());
    return proof;
  }

  /**
   * Prepares a confirmation that the operator hands over in place of a mail.
   *
   * @throws ApiException 409 if the address has a proven account, 422 if the password is not
   *     acceptable
   */
  public NewProof prepare(
      EmailAddress email,
      Password password,
      String userMetadata,
      LinkTarget target,
      UUID newAccountId) {
    String hash = accounts.hashNew("password", password, email.text());
    NewProof proof = proofs.create(ProofKind.CONFIRM, email.key(), target).handedOver();
    ask(
        wanted(email, hash, target, userMetadata, newAccountId),
        AuditEvent.CONFIRMATION_REQUESTED,
        proof,
        proofs.outbox().off());
    return proof;
  }

  /** Asks at the request of the operator, who learns whether the address is taken. */
  private void ask(Wanted wanted, AuditEvent event, NewProof proof, MailOutbox outbox) {
    if (dao.isTaken(wanted.emailKey())) {
      throw new ApiException(ProblemType.EMAIL_TAKEN);
    }
    List<AuditRecord> _ =
        proofs.ask(proof, origin -> dao.ask(wanted, event.toString(), proof, outbox, origin));
  }

  private static Wanted wanted(
      EmailAddress email,
      @Nullable String hash,
      LinkTarget target,
      @Nullable String userMetadata,
      @Nullable UUID newAccountId) {
    return new Wanted(
        email.key(), email.text(), hash, null, target.redirectTo(), userMetadata, newAccountId);
  }

  /**
   * Confirms the address of a registration. Its password comes into effect if the client has proven
   * to be the one that registered; otherwise the account has none.
   *
   * @param own whether the client has proven that
   * @return the id of the account
   * @throws ApiException 403 if the proof is not good any more
   */
  public UUID confirm(Proof proof, boolean own, NewSession session) {
    return registrations
        .complete(proof, own ? proof.passwordHash() : null, own, session)
        .getFirst()
        .accountId();
  }

  /**
   * Confirms the address of a registration or accepts an invitation, with a password that comes
   * with the proof.
   *
   * @return the id of the account
   * @throws ApiException 403 if the proof is not good any more, 422 if the password is not
   *     acceptable
   */
  public UUID confirm(Proof proof, Password password, NewSession session) {
    String hash = accounts.hashNew("password", password, proof.address());
    boolean invited = proof.kind().equals(ProofKind.INVITE.toString());
    return registrations.complete(proof, hash, invited, session).getFirst().accountId();
  }

  /**
   * Whether several registrations with different passwords wait for the address of this one: then a
   * code does not tell whose password it is.
   */
  public boolean isDisputed(Proof proof) {
    return dao.isDisputed(proof.emailKey(), proof.passwordHash());
  }
}
