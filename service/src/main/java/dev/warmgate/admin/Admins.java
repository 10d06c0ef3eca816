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

/** Creates, promotes and demotes admins for the operator; no endpoint does. */
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
   * An account that may be promoted, as shown to the operator.
   *
   * @param madeFrom the client address that registered it, if the audit trail still has it
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
   * Creates an account that is an admin.
   *
   * @return whether the address was free
   * @throws ApiException if the password is not acceptable
   */
  public boolean create(EmailAddress email, Password password) {
    String hash = hash(email, password);
    UUID id = UUID.randomUUID();
    return audit.record(origin -> accounts.create(id, email.text(), email.key(), hash, origin));
  }

  /**
   * Promotes the account of an address to admin, even if a stranger registered it: replaces its
   * password and ends its sessions.
   *
   * @return whether there was an account to promote
   * @throws ApiException if the password is not acceptable
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

  /** Describes an account, for the operator to check before it is promoted. */
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
   * Promotes an account that the operator knows to be the right person's. Its password and sessions
   * stay; its next access tokens carry the role.
   *
   * @return whether it was enabled and not an admin yet
   */
  public boolean promote(UUID id) {
    return audit.record(origin -> accounts.promote(id, origin));
  }

  /**
   * Demotes an admin to user at once and ends the sessions of the account.
   *
   * @return whether it was an admin
   */
  public boolean demote(EmailAddress email) {
    boolean demoted = audit.record(origin -> accounts.demote(email.key(), origin));
    revocations.announce();
    return demoted;
  }
}
