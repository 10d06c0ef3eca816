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
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Asks for proofs by mail and checks what is presented. Asking is answered alike for every address;
 * a refusal never says what was wrong with a link or a code.
 */
public final class Proofs {
  private final ProofDao dao;
  private final Mails mails;
  private final MailSecrets secrets;
  private final Codes codes;
  private final RateLimits limits;
  private final UnprovenMails unproven;
  private final SupabaseProofs supabase;
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
    this.unproven = new UnprovenMails(limits);
    this.supabase = new SupabaseProofs(this, dao, secrets);
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

  /** Returns the outbox for a mail with a link. */
  public MailOutbox outbox(LinkTarget target) {
    return target.supabase() ? mails.outbox().forSupabase() : mails.outbox();
  }

  /** Returns what only the Supabase form of the API needs. */
  public SupabaseProofs supabase() {
    return supabase;
  }

  /**
   * Creates a proof to be asked for.
   *
   * @param asker the name under which the back-off counts
   */
  public NewProof create(ProofKind kind, String asker) {
    return create(kind, asker, LinkTarget.page(null));
  }

  /** As {@link #create(ProofKind, String)}, with what its link leads to. */
  public NewProof create(ProofKind kind, String asker, LinkTarget target) {
    UUID id = UUID.randomUUID();
    String key = secrets.newestKeyId();
    return new NewProof(
        id,
        kind.toString(),
        asker,
        key,
        secrets.storedLink(secrets.link(key, id)),
        secrets.storedCode(key, id, secrets.code(key, id)),
        kind.codeLifetime().toSeconds(),
        kind.lifetime().toSeconds(),
        limits.areOn(),
        target.supabase(),
        target.codeChallenge());
  }

  /**
   * Runs a statement that asks for a proof, and has its mail sent.
   *
   * @return what the statement recorded
   * @throws ApiException 429 during the back-off
   */
  public List<AuditRecord> ask(
      NewProof proof, Function<AuditContext, List<AuditRecord>> statement) {
    List<AuditRecord> happened = audit.recordAll(statement);
    if (happened.isEmpty()) {
      throw tooSoon(proof);
    }
    mails.dispatcher().ifPresent(dispatcher -> dispatcher.announce());
    return happened;
  }

  /**
   * As {@link #ask}, where the address may never have been proven. The mail is counted whether or
   * not it goes to such an address, so that every answer is the same; a refused one is not.
   *
   * @throws ApiException 429 during the back-off, or if the limit of such mails is reached
   */
  public List<AuditRecord> askUnproven(
      NewProof proof, Function<AuditContext, List<AuditRecord>> statement) {
    String client = UnprovenMails.client();
    unproven
        .take(client)
        .ifPresent(refusal -> {
          throw refusal;
        });
    boolean asked = false;
    try {
      List<AuditRecord> happened = ask(proof, statement);
      asked = true;
      return happened;
    } finally {
      if (!asked) {
        unproven.refund(client);
      }
    }
  }

  /**
   * Returns the name for the back-off of an address that strangers at a few client addresses cannot
   * keep others from asking for.
   */
  public String shareOf(String emailKey) {
    return UnprovenMails.shareOf(emailKey);
  }

  ApiException tooSoon(NewProof proof) {
    Duration pause =
        dao.pauseSeconds(proof.asker(), proof.kind())
            .map(seconds -> Duration.ofMillis((long) (seconds * 1000)))
            .filter(Duration::isPositive)
            .orElse(Duration.ZERO);
    return ApiException.retryAfter(ProblemType.RATE_LIMITED, pause);
  }

  /**
   * Asks for a proof by the owner of an account. If the limit of mails to unproven addresses is
   * reached, no mail goes to one, and the answer is the same.
   *
   * @param asker the name under which the back-off counts
   * @throws ApiException 409 if no mail is sent, 422 if the redirect is not allowed, 429 during the
   *     back-off
   */
  public Asked askOwner(
      ProofKind kind,
      String asker,
      AuditEvent event,
      String emailKey,
      String email,
      LinkTarget target) {
    requireMail();
    String _ = redirects.check(target.redirectTo());
    // Not the share of those requests whose answer depends on it.
    String client = UnprovenMails.client().isEmpty() ? "" : "owner " + UnprovenMails.client();
    boolean taken = unproven.take(client).isEmpty();
    boolean used = false;
    try {
      NewProof proof = create(kind, asker, target);
      used = askOwner(proof, event, emailKey, email, target, taken).isPresent();
      return new Asked(proof.id());
    } finally {
      if (taken && !used) {
        afterAnswer.execute(() -> unproven.refund(client));
      }
    }
  }

  /** As {@link #askOwner}, at the request of an admin, with a back-off of their own. */
  public void askOwnerForAdmin(ProofKind kind, AuditEvent event, String emailKey, String email) {
    requireMail();
    Optional<String> _ =
        askOwner(
            create(kind, emailKey + " admin"), event, emailKey, email, LinkTarget.page(null), true);
  }

  /** Returns that the address was never proven, if it is so. */
  private Optional<String> askOwner(
      NewProof proof,
      AuditEvent event,
      String emailKey,
      String email,
      LinkTarget target,
      boolean toUnproven) {
    return ask(
            proof,
            origin ->
                dao.askOwner(
                    emailKey,
                    email,
                    event.toString(),
                    target.redirectTo(),
                    toUnproven,
                    proof,
                    outbox(target),
                    origin))
        .getFirst()
        .detail("unproven");
  }

  /**
   * Returns the proof that was presented in our own form; it can still be used. What was asked for
   * in the Supabase form is good there only.
   *
   * @throws ApiException 403 if link or code are wrong, were used or have run out, 429 after too
   *     many wrong codes
   */
  public Proof check(Evidence evidence, ProofKind... kinds) {
    return check(evidence, false, kinds);
  }

  /** As {@link #check(Evidence, ProofKind...)}, in either form. */
  Proof check(Evidence evidence, boolean supabase, ProofKind... kinds) {
    Optional<Proof> found =
        evidence.code() == null
            ? byLink(evidence)
            : codes.check(evidence.requestId(), evidence.code(), supabase).flatMap(dao::find);
    return require(found.filter(proof -> proof.supabase() == supabase), kinds);
  }

  /**
   * As {@link #check(Evidence, ProofKind...)}, of a link that our pages were opened with: those of
   * both forms lead there.
   */
  public Proof checkLink(Evidence link, ProofKind kind) {
    return require(byLink(link), kind);
  }

  private static Proof require(Optional<Proof> found, ProofKind... kinds) {
    return found
        .filter(proof -> proof.isOf(kinds))
        .orElseThrow(() -> new ApiException(ProblemType.INVALID_PROOF));
  }

  /**
   * Returns the proof of a request of our own form that can still be used; says nothing of link or
   * code.
   */
  public Optional<Proof> find(UUID requestId, ProofKind kind) {
    return dao.find(requestId).filter(proof -> proof.isOf(kind) && !proof.supabase());
  }

  private Optional<Proof> byLink(Evidence link) {
    return dao.findByLink(secrets.storedLink(Objects.requireNonNull(link.token())));
  }
}
