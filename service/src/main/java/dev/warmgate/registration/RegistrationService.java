package dev.warmgate.registration;

import dev.warmgate.account.AccountService;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.mail.Notices;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.Asked;
import dev.warmgate.proof.Evidence;
import dev.warmgate.proof.LinkTarget;
import dev.warmgate.proof.NewProof;
import dev.warmgate.proof.Proof;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.proof.Proofs;
import dev.warmgate.registration.RegistrationDao.Wanted;
import dev.warmgate.request.DecoyRules;
import dev.warmgate.request.RequestContext;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.session.LoginDao;
import dev.warmgate.session.NewSession;
import dev.warmgate.session.SessionService;
import dev.warmgate.session.TokenPair;
import dev.warmgate.token.Amr;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Registers accounts, at once or after a proof of their address, and invites. With a proof, an
 * unknown address and the address of an account are answered alike.
 */
public final class RegistrationService {
  /** Load tests have accounts here only; no mail is ever sent there in production. */
  private static final String LOAD_TEST_DOMAIN = "@load-test.invalid";

  private final RegistrationConfiguration configuration;
  private final RegistrationDao dao;
  private final Proofs proofs;
  private final AccountService accounts;
  private final SessionService sessions;
  private final Notices notices;
  private final RevocationFeed revocations;
  private final Audit audit;

  public RegistrationService(
      RegistrationConfiguration configuration,
      RegistrationDao dao,
      Proofs proofs,
      AccountService accounts,
      SessionService sessions,
      Notices notices,
      RevocationFeed revocations,
      Audit audit) {
    this.configuration = configuration;
    this.dao = dao;
    this.proofs = proofs;
    this.accounts = accounts;
    this.sessions = sessions;
    this.notices = notices;
    this.revocations = revocations;
    this.audit = audit;
  }

  /** Whether strangers may register. */
  public boolean isOpen() {
    return configuration.mode() == RegistrationConfiguration.Mode.OPEN;
  }

  /** The tokens of a new account, or what its confirmation needs. */
  public record Registered(@Nullable TokenPair pair, @Nullable Asked asked) {}

  /**
   * Registers an account.
   *
   * @param redirectTo where the page of the confirmation leads to
   * @param resource the API that the access token is for; with a confirmation, that request chooses
   * @throws ApiException 403 if registration is closed, 409 if the address is taken and needs no
   *     proof, 422 if the password is not acceptable, 429 if the address was mailed too recently
   */
  public Registered register(
      EmailAddress email,
      Password password,
      @Nullable String locale,
      @Nullable String redirectTo,
      @Nullable String resource,
      @Nullable String userAgent) {
    boolean vouchedFor = isVouchedFor(email);
    if (!vouchedFor && configuration.mode() != RegistrationConfiguration.Mode.OPEN) {
      throw new ApiException(ProblemType.REGISTRATION_CLOSED);
    }
    if (vouchedFor || !configuration.needsConfirmation()) {
      return new Registered(
          sessions.register(email, password, locale, vouchedFor, resource, userAgent), null);
    }
    LinkTarget target = LinkTarget.page(proofs.redirects().check(redirectTo));
    String hash = accounts.hashNew("password", password, email.text());
    Wanted wanted = new Wanted(email.key(), email.text(), hash, locale, redirectTo, null, null);
    return new Registered(null, ask(ProofKind.CONFIRM, wanted, target));
  }

  /** Whether the account is the warm-up's, or a load test's that has shown its key. */
  static boolean isVouchedFor(EmailAddress email) {
    return email.isDecoy()
        ? DecoyRules.mayUseDecoys()
        : RequestContext.current().isOfLoadTest() && email.key().endsWith(LOAD_TEST_DOMAIN);
  }

  private Asked ask(ProofKind kind, Wanted wanted, LinkTarget target) {
    return ask(wanted, proofs.create(kind, wanted.emailKey(), target), proofs.outbox(target));
  }

  Asked ask(Wanted wanted, NewProof proof, MailOutbox outbox) {
    boolean invites = proof.kind().equals(ProofKind.INVITE.toString());
    String event =
        (invites ? AuditEvent.INVITATION_REQUESTED : AuditEvent.CONFIRMATION_REQUESTED).toString();
    Function<AuditContext, List<AuditRecord>> statement =
        origin -> dao.ask(wanted, event, proof, outbox, origin);
    List<AuditRecord> _ =
        invites ? proofs.ask(proof, statement) : proofs.askUnproven(proof, statement);
    return new Asked(proof.id());
  }

  /**
   * Sends the mail of a registration again, with another link and another code.
   *
   * @throws ApiException 403 if there is no such registration any more, 429 if the address was
   *     mailed too recently
   */
  public Asked resend(UUID requestId) {
    Proof first =
        proofs
            .find(requestId, ProofKind.CONFIRM)
            .orElseThrow(() -> new ApiException(ProblemType.INVALID_PROOF));
    return again(first, null);
  }

  /** Sends it again, with a link that leads elsewhere if that is wanted. */
  Asked again(Proof first, @Nullable String redirectTo) {
    LinkTarget target =
        redirectTo == null
            ? first.target()
            : new LinkTarget(redirectTo, first.supabase(), first.codeChallenge());
    return ask(
        ProofKind.CONFIRM,
        new Wanted(
            first.emailKey(),
            first.address(),
            first.passwordHash(),
            first.locale(),
            target.redirectTo(),
            first.userMetadata(),
            first.newAccountId()),
        target);
  }

  /**
   * Invites somebody.
   *
   * @throws ApiException 403 if nobody may register, 409 if the address has a proven account or no
   *     mail is sent
   */
  void invite(EmailAddress email, @Nullable String locale, @Nullable String redirectTo) {
    proofs.requireMail();
    if (configuration.mode() == RegistrationConfiguration.Mode.OFF) {
      throw new ApiException(ProblemType.REGISTRATION_CLOSED);
    }
    LinkTarget target = LinkTarget.page(proofs.redirects().check(redirectTo));
    if (dao.isTaken(email.key())) {
      throw new ApiException(ProblemType.EMAIL_TAKEN);
    }
    Wanted wanted =
        new Wanted(email.key(), email.text(), null, locale, target.redirectTo(), null, null);
    Asked _ = ask(ProofKind.INVITE, wanted, target);
  }

  /**
   * Confirms the address of a registration. The password that was registered comes into effect only
   * if the client proves to be the one that registered it: with the id of the request, which only
   * that client was answered. Otherwise the given password does, or the account has none. The same
   * goes for the language, which the account then has none of.
   *
   * @param wanted the session to be opened, if any
   * @return its tokens
   * @throws ApiException 403 if the proof is not good, 422 if the password is not acceptable, 429
   *     after too many wrong codes
   */
  public @Nullable TokenPair confirm(
      Evidence evidence, @Nullable Password password, @Nullable NewSession wanted) {
    NewSession session = byMail(wanted);
    Proof proof = proofs.check(evidence, ProofKind.CONFIRM);
    Optional<String> registered = registeredBy(evidence, proof);
    String hash =
        password == null
            ? registered.orElse(null)
            : accounts.hashNew("password", password, proof.address());
    return opened(session, complete(proof, hash, registered.isPresent(), session));
  }

  /**
   * Whether {@link #confirm} would believe the registered password: the client has registered it,
   * so that it need not be asked for one.
   */
  public boolean knowsPassword(Evidence evidence, Proof proof) {
    return registeredBy(evidence, proof).isPresent();
  }

  /** Returns the registered password if the client has registered it, perhaps asking again. */
  private Optional<String> registeredBy(Evidence evidence, Proof proof) {
    return Optional.ofNullable(evidence.requestId())
        .flatMap(id -> proofs.find(id, ProofKind.CONFIRM))
        .filter(own -> own.emailKey().equals(proof.emailKey()))
        .map(Proof::passwordHash)
        .filter(hash -> hash.equals(proof.passwordHash()));
  }

  /**
   * Accepts an invitation.
   *
   * @throws ApiException as {@link #confirm}
   */
  public @Nullable TokenPair accept(
      Evidence evidence, Password password, @Nullable NewSession wanted) {
    NewSession session = byMail(wanted);
    Proof proof = proofs.check(evidence, ProofKind.INVITE);
    String hash = accounts.hashNew("password", password, proof.address());
    return opened(session, complete(proof, hash, true, session));
  }

  private static @Nullable NewSession byMail(@Nullable NewSession session) {
    return session == null ? null : session.by(Amr.EMAIL);
  }

  private @Nullable TokenPair opened(@Nullable NewSession session, List<AuditRecord> happened) {
    return session == null ? null : sessions.opened(session, happened);
  }

  /** Returns what happened, the account first. */
  List<AuditRecord> complete(
      Proof proof, @Nullable String hash, boolean own, @Nullable NewSession session) {
    List<AuditRecord> happened =
        audit.recordAll(origin ->
            dao.complete(
                proof.id(),
                proof.kind(),
                proof.emailKey(),
                UUID.randomUUID(),
                hash,
                own,
                LoginDao.Opening.of(session),
                notices.ofFactors(),
                origin));
    if (happened.isEmpty()) {
      throw new ApiException(ProblemType.INVALID_PROOF);
    }
    revocations.announce();
    return happened;
  }
}
