package dev.warmgate.addresschange;

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
import dev.warmgate.proof.Evidence;
import dev.warmgate.proof.LinkTarget;
import dev.warmgate.proof.NewProof;
import dev.warmgate.proof.Proof;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.proof.Proofs;
import dev.warmgate.request.Caller;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.session.NewSession;
import dev.warmgate.session.SessionService;
import dev.warmgate.session.TokenPair;
import dev.warmgate.token.Amr;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Changes the address of an account once the new address and, if it was ever proven, the current
 * one have confirmed it. The owner of the old address can undo it for seven days. Whether the new
 * address has an account already is told to its owner only.
 */
public final class AddressChangeService {
  private final AddressChangeDao changes;
  private final AddressUndoDao undoing;
  private final Proofs proofs;
  private final AccountService accounts;
  private final SessionService sessions;
  private final Notices notices;
  private final RevocationFeed revocations;
  private final Audit audit;

  public AddressChangeService(
      AddressChangeDao changes,
      AddressUndoDao undoing,
      Proofs proofs,
      AccountService accounts,
      SessionService sessions,
      Notices notices,
      RevocationFeed revocations,
      Audit audit) {
    this.changes = changes;
    this.undoing = undoing;
    this.proofs = proofs;
    this.accounts = accounts;
    this.sessions = sessions;
    this.notices = notices;
    this.revocations = revocations;
    this.audit = audit;
  }

  /** The requests of the two mails; {@code current} if the current address has to confirm, too. */
  public record Requests(UUID fresh, @Nullable UUID current) {}

  /**
   * Asks for the confirmations. It does not check whether the login is fresh.
   *
   * @throws ApiException 409 if no mail is sent, 422 if the address is the account's already or the
   *     redirect is not allowed, 429 if the account asked too recently
   */
  public Requests ask(Caller caller, EmailAddress email, @Nullable String redirectTo) {
    return ask(caller.accountId(), email, LinkTarget.page(redirectTo), false);
  }

  /**
   * As {@link #ask(Caller, EmailAddress, String)}.
   *
   * @param withPassword whether the caller is about to replace the password, too; this is the last
   *     new one that the change outlives
   */
  public Requests ask(UUID accountId, EmailAddress email, LinkTarget target, boolean withPassword) {
    proofs.requireMail();
    Account account =
        accounts.find(accountId).orElseThrow(() -> new ApiException(ProblemType.SESSION_ENDED));
    if (account.emailKey().equals(email.key())) {
      throw ApiException.field(
          ProblemType.VALIDATION_FAILED, "email", "is the address of the account already");
    }
    String leadsTo = proofs.redirects().check(target.redirectTo());
    // Otherwise strangers who ask for an address would keep its owner from asking. Anybody can have
    // many accounts with unproven addresses, though.
    String asker = account.emailVerified() ? account.id().toString() : proofs.shareOf(email.key());
    NewProof fresh = proofs.create(ProofKind.CHANGE_ADDRESS_NEW, asker, target);
    NewProof current = proofs.create(ProofKind.CHANGE_ADDRESS_CURRENT, asker, target);
    List<AuditRecord> _ =
        proofs.askUnproven(
            fresh,
            origin ->
                changes.ask(
                    account.id(),
                    email.key(),
                    email.text(),
                    leadsTo,
                    withPassword ? 1 : 0,
                    fresh,
                    current,
                    proofs.outbox(target),
                    origin));
    return new Requests(fresh.id(), account.emailVerified() ? current.id() : null);
  }

  /**
   * Confirms one half of a change.
   *
   * @return whether the address has changed; otherwise the other half is missing
   * @throws ApiException 403 if the proof is not good, or the password or the address was replaced
   *     since it was asked for; 409 if the address has a proven account now, or one in use; 429
   *     after too many wrong codes
   */
  public boolean confirm(Evidence evidence) {
    return confirm(
        proofs.check(evidence, ProofKind.CHANGE_ADDRESS_NEW, ProofKind.CHANGE_ADDRESS_CURRENT));
  }

  /** As {@link #confirm(Evidence)}, with a proof that was checked. */
  public boolean confirm(Proof proof) {
    NewProof undo = proofs.create(ProofKind.ADDRESS_CHANGED, proof.emailKey());
    List<AuditRecord> happened =
        audit.recordAll(origin ->
            changes.confirm(
                proof.id(),
                Objects.requireNonNullElse(proof.otherHalf(), proof.id()),
                notices.ofAddressChange().on(),
                notices.ofDeletion().on(),
                undo,
                notices.ofAnyKind(),
                origin));
    if (happened.isEmpty()) {
      throw new ApiException(ProblemType.INVALID_PROOF);
    }
    requireNotRefused(happened);
    boolean changed = has(AuditEvent.ADDRESS_CHANGED, happened);
    if (changed) {
      // Ends the sessions of an unproven account that had the address.
      revocations.announce();
    }
    return changed;
  }

  /**
   * Undoes a change for the owner of the old address, who sets a new password.
   *
   * @param wanted the session to be opened
   * @return its tokens
   * @throws ApiException 401 if it needs a second factor, without which only the address is back;
   *     403 if the proof is not good, 409 if the address has another account now, 422 if the
   *     password is not acceptable
   */
  public TokenPair undo(Evidence evidence, Password password, NewSession wanted) {
    NewSession session = wanted.by(Amr.EMAIL);
    Proof proof = proofs.check(evidence, ProofKind.ADDRESS_CHANGED);
    UUID account = Objects.requireNonNull(proof.accountId());
    String hash = accounts.hashNew("password", password, proof.address());
    List<AuditRecord> happened =
        audit.recordAll(origin ->
            undoing.undo(
                proof.id(),
                account,
                hash,
                session.opening(),
                notices.ofAddressChange().on(),
                notices.ofFactors().on(),
                notices.ofDeletion().on(),
                notices.ofAnyKind(),
                origin));
    if (happened.isEmpty()) {
      throw new ApiException(ProblemType.INVALID_PROOF);
    }
    requireNotRefused(happened);
    revocations.announce();
    return sessions.opened(session, happened);
  }

  private static void requireNotRefused(List<AuditRecord> happened) {
    happened.stream()
        .filter(record -> record.is(AuditEvent.ADDRESS_CHANGE_REFUSED))
        .findFirst()
        .ifPresent(refused -> {
          throw new ApiException(
              refused.detail("reason").equals(Optional.of("taken"))
                  ? ProblemType.EMAIL_TAKEN
                  : ProblemType.INVALID_PROOF);
        });
  }

  private static boolean has(AuditEvent event, List<AuditRecord> happened) {
    return happened.stream().anyMatch(record -> record.is(event));
  }
}
