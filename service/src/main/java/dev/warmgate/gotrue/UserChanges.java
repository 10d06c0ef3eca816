package dev.warmgate.gotrue;

import dev.warmgate.account.Account;
import dev.warmgate.account.AccountService;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.account.Metadata;
import dev.warmgate.account.MetadataService;
import dev.warmgate.addresschange.AddressChangeService;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.proof.LinkTarget;
import dev.warmgate.request.Caller;
import dev.warmgate.session.PasswordChangeService;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Changes that a user makes to their own account. What can be refused is checked before anything
 * changes, so that no request is applied by half.
 */
final class UserChanges {
  private final UserDao users;
  private final OwnerProofs owners;
  private final AccountService accounts;
  private final MetadataService metadata;
  private final PasswordChangeService passwords;
  private final AddressChangeService addresses;
  private final Clock clock;

  UserChanges(
      UserDao users,
      OwnerProofs owners,
      AccountService accounts,
      MetadataService metadata,
      PasswordChangeService passwords,
      AddressChangeService addresses,
      Clock clock) {
    this.users = users;
    this.owners = owners;
    this.accounts = accounts;
    this.metadata = metadata;
    this.passwords = passwords;
    this.addresses = addresses;
    this.clock = clock;
  }

  User read(Caller caller) {
    return User.of(row(caller));
  }

  UserDao.Row row(Caller caller) {
    return users
        .find(caller.accountId(), caller.sessionId())
        .orElseThrow(() ->
            new GoTrueException(
                403, "user_not_found", "User from sub claim in JWT does not exist"));
  }

  /**
   * Applies what the body has: a password, an address, metadata.
   *
   * @throws ApiException as the services that it calls
   */
  User apply(Caller caller, JsonBody body, LinkTarget target) {
    if (body.has("app_metadata")) {
      throw new GoTrueException(
          403, "not_admin", "Updating app_metadata requires admin privileges");
    }
    if (body.text("phone").isPresent()) {
      throw Disabled.PHONE.refusal();
    }
    Optional<Metadata> data = body.metadata("data");
    Optional<Password> password = body.replacement("password");
    UserDao.Row user = row(caller);
    Optional<EmailAddress> email =
        body.email().filter(wanted -> !wanted.key().equals(user.emailKey()));
    if (password.isPresent() || email.isPresent()) {
      data.ifPresent(patch -> metadata.requireFits(user.id(), patch));
      changeCredentials(caller, user, body, password, email, target);
    }
    data.ifPresent(patch -> metadata.merge(user.id(), patch));
    User changed = read(caller);
    return email
        .map(wanted -> changed.asking(wanted, clock.instant().truncatedTo(ChronoUnit.MICROS)))
        .orElse(changed);
  }

  /** Asks for the address first, which may be refused, and changes nothing yet. */
  private void changeCredentials(
      Caller caller,
      UserDao.Row user,
      JsonBody body,
      Optional<Password> password,
      Optional<EmailAddress> email,
      LinkTarget target) {
    OwnerProofs.Proven owner =
        password.isPresent()
            ? owners.ofNewPassword(caller, user, body)
            : owners.ofNewAddress(caller, user, body);
    Optional<String> hash = password.map(next -> hash(owner.account(), next, body));
    email.ifPresent(wanted -> addresses.ask(user.id(), wanted, target, password.isPresent()));
    owners.use(owner);
    hash.ifPresent(replacement -> passwords.replace(caller, owner.account(), replacement));
  }

  private String hash(Account account, Password next, JsonBody body) {
    String hash = accounts.hashNew("password", next, account.email());
    Optional<Password> current = body.password("current_password");
    boolean same =
        current.isPresent()
            ? current.get().text().equals(next.text())
            : accounts.isCurrent(account, next);
    if (same) {
      throw new GoTrueException(
          422, "same_password", "New password should be different from the old password.");
    }
    return hash;
  }

  /**
   * Mails a code with which the caller proves again who they are.
   *
   * @throws ApiException 409 if no mail is sent, 429 if it was asked for too recently
   */
  void sendNonce(Caller caller) {
    owners.sendNonce(row(caller));
  }
}
