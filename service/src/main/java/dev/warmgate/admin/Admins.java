package dev.warmgate.admin;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.audit.Audit;
import dev.warmgate.password.Password;
import dev.warmgate.password.PasswordHasher;
import dev.warmgate.password.PasswordPolicy;
import dev.warmgate.problem.ApiException;
import dev.warmgate.request.Authenticated;
import dev.warmgate.revocation.RevocationFeed;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Makes admins and unmakes them, for the operator; no endpoint does. */
public final class Admins {
  private final AdminDao accounts;
  private final PasswordPolicy policy;
  private final PasswordHasher hasher;
  private final RevocationFeed revocations;
  private final Audit audit;

  public Admins(
      AdminDao accounts,
      PasswordPolicy policy,
      PasswordHasher hasher,
      RevocationFeed revocations,
      Audit audit) {
    this.accounts = accounts;
    this.policy = policy;
    this.hasher = hasher;
    this.revocations = revocations;
    this.audit = audit;
  }

  /**
   * An account that could become an admin's, as the operator is shown it.
   *
   * @param madeFrom the client address that registered it, as long as the audit trail knows
   */
  public record Candidate(
      UUID id,
      String email,
      String role,
      Instant madeAt,
      Optional<String> madeFrom,
      boolean disabled) {
    public boolean isAdmin() {
      return role.equals(Authenticated.ADMIN);
    }

    @Override
    public String toString() {
      return "Candidate[" + id + "]";
    }
  }

  /**
   * Makes an admin's account.
   *
   * @return whether the address was free
   * @throws ApiException if the password may not be used
   */
  public boolean create(EmailAddress email, Password password) {
    String hash = hash(email, password);
    UUID id = UUID.randomUUID();
    return audit.record(origin -> accounts.create(id, email.text(), email.key(), hash, origin));
  }

  /**
   * Makes the account of an address an admin's, whoever registered it: that one's password is
   * replaced, and their sessions end.
   *
   * @return whether there was one to be promoted
   * @throws ApiException if the password may not be used
   */
  public boolean takeOver(EmailAddress email, Password password) {
    String hash = hash(email, password);
    boolean promoted = audit.record(origin -> accounts.takeOver(email.key(), hash, origin));
    revocations.announce();
    return promoted;
  }

  private String hash(EmailAddress email, Password password) {
    policy.check("password", password, email.text());
    return hasher.hash(password);
  }

  /** What there is to know of an account before it is promoted. */
  public Optional<Candidate> find(UUID id) {
    return accounts
        .find(id)
        .map(account ->
            new Candidate(
                id,
                account.email(),
                account.role(),
                account.createdAt(),
                accounts.madeFrom(id),
                account.disabledAt() != null));
  }

  /**
   * Makes an account an admin's that the operator knows to be the right person's; its password and
   * its sessions stay, and its next tokens say so.
   *
   * @return whether it was open and no admin's
   */
  public boolean promote(UUID id) {
    return audit.record(origin -> accounts.promote(id, origin));
  }

  /**
   * Takes the role away, at once, and ends the sessions.
   *
   * @return whether it was an admin's account
   */
  public boolean demote(EmailAddress email) {
    boolean demoted = audit.record(origin -> accounts.demote(email.key(), origin));
    revocations.announce();
    return demoted;
  }
}
