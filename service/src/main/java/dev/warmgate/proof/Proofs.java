package dev.warmgate.proof;

import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.mail.MailSecrets;
import dev.warmgate.mail.Mails;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.request.Limit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks for proofs by mail and checks what is presented. Asking is answered alike for every address;
 * a refusal never says what was wrong with a link or a code.
 */
public final class Proofs {
  /** All unproven addresses share one bucket. */
  private static final String ALL = "all";

  private final ProofDao dao;
  private final Mails mails;
  private final MailSecrets secrets;
  private final Codes codes;
  private final RateLimits limits;
  private final RedirectUrls redirects;
  private final Audit audit;
  private final Executor afterAnswer;

  /**
   * @param afterAnswer runs work that no response waits for
   */
  public Proofs(
      ProofDao dao,
      Mails mails,
      Codes codes,
      RateLimits limits,
      RedirectUrls redirects,
      Audit audit,
      Executor afterAnswer) {
    this.dao = dao;
    this.mails = mails;
    this.secrets = mails.secrets();
    this.codes = codes;
    this.limits = limits;
    this.redirects = redirects;
    this.audit = audit;
    this.afterAnswer = afterAnswer;
  }

  /**
   * @throws ApiException 409 if this deployment sends no mail
   */
  public void requireMail() {
    if (!sendsMail()) {
      throw new ApiException(ProblemType.MAIL_OFF);
    }
  }

  public boolean sendsMail() {
    return mails.isOn();
  }

  public RedirectUrls redirects() {
    return redirects;
  }

  public MailOutbox outbox() {
    return mails.outbox();
  }

  /** Creates a proof to be asked for. */
  public NewProof create(ProofKind kind) {
    return create(kind, limits.areOn());
  }

  private NewProof create(ProofKind kind, boolean limited) {
    UUID id = UUID.randomUUID();
    String key = secrets.newestKeyId();
    return new NewProof(
        id,
        kind.toString(),
        key,
        secrets.storedLink(secrets.link(key, id)),
        secrets.storedCode(key, id, secrets.code(key, id)),
        kind.codeLifetime().toSeconds(),
        kind.lifetime().toSeconds(),
        limited);
  }

  /**
   * Runs a statement that asks for a proof, and has its mail sent.
   *
   * @return what the statement recorded
   * @throws ApiException 429 during the back-off of the address
   */
  public List<AuditRecord> ask(
      NewProof proof, String emailKey, Function<AuditContext, List<AuditRecord>> statement) {
    List<AuditRecord> happened = audit.recordAll(statement);
    if (happened.isEmpty()) {
      Duration pause =
          dao.pauseSeconds(emailKey, proof.kind())
              .map(seconds -> Duration.ofMillis((long) (seconds * 1000)))
              .orElse(Duration.ZERO);
      throw ApiException.retryAfter(ProblemType.RATE_LIMITED, pause);
    }
    mails.dispatcher().ifPresent(dispatcher -> dispatcher.announce());
    return happened;
  }

  /**
   * Asks for a proof by the owner of an account.
   *
   * @throws ApiException 409 if no mail is sent, 422 if the redirect is not allowed, 429 during the
   *     back-off of the address
   */
  public Asked askOwner(
      ProofKind kind,
      AuditEvent event,
      String emailKey,
      String email,
      @Nullable String redirectTo) {
    return askOwner(create(kind), event, emailKey, email, redirectTo);
  }

  /** As {@link #askOwner}, at the request of an admin: without a back-off. */
  public void askOwnerAtOnce(ProofKind kind, AuditEvent event, String emailKey, String email) {
    Asked _ = askOwner(create(kind, false), event, emailKey, email, null);
  }

  private Asked askOwner(
      NewProof proof,
      AuditEvent event,
      String emailKey,
      String email,
      @Nullable String redirectTo) {
    requireMail();
    String leadsTo = redirects.check(redirectTo);
    boolean toUnproven = takeForUnproven().isEmpty();
    List<AuditRecord> happened =
        ask(
            proof,
            emailKey,
            origin ->
                dao.askOwner(
                    emailKey,
                    email,
                    event.toString(),
                    leadsTo,
                    toUnproven,
                    proof,
                    outbox(),
                    origin));
    boolean unproven = happened.getFirst().details().contains("unproven");
    if (toUnproven && !unproven) {
      afterAnswer.execute(() -> limits.refund(Limit.UNPROVEN, ALL));
    }
    return new Asked(proof.id());
  }

  /**
   * Counts a mail to an address that was never proven. Such mails have a common limit: otherwise
   * strangers could have Warmgate write to any number of people.
   *
   * @return the time until the next one, if the limit is reached
   */
  private Optional<Duration> takeForUnproven() {
    Optional<Duration> wait = limits.tryTake(Limit.UNPROVEN, ALL);
    // Counts the refusal, which no client is told of.
    wait.ifPresent(time -> limits.refusal(Limit.UNPROVEN, time));
    return wait;
  }

  /**
   * As {@link #takeForUnproven}, where every answer is the same.
   *
   * @throws ApiException 429 if the limit is reached
   */
  public void countUnproven() {
    limits
        .tryTake(Limit.UNPROVEN, ALL)
        .ifPresent(wait -> {
          throw limits.refusal(Limit.UNPROVEN, wait);
        });
  }

  /**
   * Returns the proof that was presented; it can still be used.
   *
   * @throws ApiException 403 if link or code are wrong, were used or have run out, 429 after too
   *     many wrong codes
   */
  public Proof check(Evidence evidence, ProofKind... kinds) {
    Optional<Proof> found =
        evidence.code() == null
            ? byLink(evidence.token())
            : codes.check(evidence.requestId(), evidence.code()).flatMap(dao::find);
    return found
        .filter(proof -> proof.isOf(kinds))
        .orElseThrow(() -> new ApiException(ProblemType.INVALID_PROOF));
  }

  /** Returns the proof of a request that can still be used; says nothing of link or code. */
  public Optional<Proof> find(UUID requestId, ProofKind kind) {
    return dao.find(requestId).filter(proof -> proof.isOf(kind));
  }

  private Optional<Proof> byLink(String token) {
    return dao.findByLink(secrets.storedLink(token));
  }
}
