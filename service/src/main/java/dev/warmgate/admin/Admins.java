package dev.warmgate.admin;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.audit.Audit;
import dev.warmgate.factor.FactorResets;
import dev.warmgate.factor.FactorSecrets;
import dev.warmgate.factor.NewRecoveryCodes;
import dev.warmgate.factor.Totp;
import dev.warmgate.password.Password;
import dev.warmgate.password.PasswordHasher;
import dev.warmgate.password.PasswordPolicy;
import dev.warmgate.problem.ApiException;
import dev.warmgate.request.Authenticated;
import dev.warmgate.revocation.RevocationFeed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiPredicate;

/** Creates, promotes and demotes admins for the operator; no endpoint does. */
public final class Admins {
  private final AdminDao accounts;
  private final RoleDao roles;
  private final PasswordPolicy policy;
  private final PasswordHasher hasher;
  private final FactorSecrets secrets;
  private final FactorResets factors;
  private final String site;
  private final RevocationFeed revocations;
  private final Audit audit;

  /**
   * @param site what apps show beside the address
   */
  public Admins(
      AdminDao accounts,
      RoleDao roles,
      PasswordPolicy policy,
      PasswordHasher hasher,
      FactorSecrets secrets,
      FactorResets factors,
      String site,
      RevocationFeed revocations,
      Audit audit) {
    this.accounts = accounts;
    this.roles = roles;
    this.policy = policy;
    this.hasher = hasher;
    this.secrets = secrets;
    this.factors = factors;
    this.site = site;
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
   * The second factor of an admin, without which nothing of an admin's is possible, and the codes
   * for when it is lost; they are told once.
   *
   * @param secret in base32
   * @param uri of {@code otpauth:}
   * @param recoveryCodes each good once in place of the factor
   */
  public record Enrolment(String secret, String uri, List<String> recoveryCodes) {
    @Override
    public String toString() {
      return "Enrolment[…]";
    }
  }

  /**
   * Creates an account that is an admin, with a second factor and recovery codes.
   *
   * @return both; nothing if the address is taken
   * @throws ApiException if the password is not acceptable
   */
  public Optional<Enrolment> create(EmailAddress email, Password password) {
    String hash = hash(email, password);
    UUID id = UUID.randomUUID();
    return enrolled(
        id,
        email,
        (factor, codes) ->
            audit.record(origin ->
                roles.create(id, email.text(), email.key(), hash, factor, codes, origin)));
  }

  /**
   * @param statement stores the factor and the codes, both or neither
   */
  private Optional<Enrolment> enrolled(
      UUID id, EmailAddress email, BiPredicate<FactorSecrets.Sealed, NewRecoveryCodes> statement) {
    Totp totp = Totp.generate();
    NewRecoveryCodes codes = NewRecoveryCodes.of(id, secrets);
    return statement.test(secrets.seal(UUID.randomUUID(), totp.secret()), codes)
        ? Optional.of(new Enrolment(totp.base32(), totp.uri(site, email.text()), codes.shown()))
        : Optional.empty();
  }

  /**
   * Makes the account of an address an enabled admin, even if a stranger registered it: replaces
   * its password, its second factors and its recovery codes, and ends its sessions.
   *
   * @return the new factor and codes; nothing if there was no account to promote or to enable
   * @throws ApiException if the password is not acceptable
   */
  public Optional<Enrolment> takeOver(EmailAddress email, Password password) {
    String hash = hash(email, password);
    Optional<Enrolment> promoted =
        roles
            .idOf(email.key())
            .flatMap(id ->
                enrolled(
                    id,
                    email,
                    (factor, codes) ->
                        audit.record(origin ->
                            roles.takeOver(id, email.key(), hash, factor, codes, origin))));
    revocations.announce();
    return promoted;
  }

  /**
   * Removes every second factor of an account whose owner has lost them, and ends its sessions.
   *
   * @return whether it had any
   */
  public boolean resetFactors(EmailAddress email) {
    return roles.idOf(email.key()).map(factors::reset).orElse(false);
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
                roles.madeFrom(id),
                account.disabledAt() != null));
  }

  /**
   * Promotes an account that the operator knows to be the right person's. Its password and sessions
   * stay; its next access tokens carry the role.
   *
   * @return whether it was enabled and not an admin yet
   */
  public boolean promote(UUID id) {
    return audit.record(origin -> roles.promote(id, origin));
  }

  /** Whether the account of an address is an admin. */
  public boolean isAdmin(EmailAddress email) {
    return roles.isAdmin(email.key());
  }

  /**
   * Demotes an admin to user at once and ends the sessions of the account.
   *
   * @param evenTheLast whether to demote the last enabled admin, too
   * @return whether it was demoted
   */
  public boolean demote(EmailAddress email, boolean evenTheLast) {
    boolean demoted = audit.record(origin -> roles.demote(email.key(), evenTheLast, origin));
    revocations.announce();
    return demoted;
  }
}
