package dev.warmgate.admin;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.audit.Audit;
import dev.warmgate.password.Password;
import dev.warmgate.password.PasswordHasher;
import dev.warmgate.password.PasswordPolicy;
import dev.warmgate.problem.ApiException;
import dev.warmgate.revocation.RevocationFeed;
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
   * Makes an admin's account.
   *
   * @return whether the address was free
   * @throws ApiException if the password may not be used
   */
  public boolean create(EmailAddress email, Password password) {
    policy.check("password", password);
    String hash = hasher.hash(password);
    UUID id = UUID.randomUUID();
    return audit.record(origin -> accounts.create(id, email.text(), email.key(), hash, origin));
  }

  /**
   * Makes an account an admin's; its next tokens say so.
   *
   * @return whether there was one to be promoted
   */
  public boolean promote(EmailAddress email) {
    return audit.record(origin -> accounts.promote(email.key(), origin));
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
