package dev.warmgate.gotrue;

import dev.warmgate.account.Account;
import dev.warmgate.account.AccountService;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.account.Metadata;
import dev.warmgate.admin.AdminService;
import dev.warmgate.audit.Audit;
import dev.warmgate.factor.FactorResets;
import dev.warmgate.password.Password;
import dev.warmgate.password.foreign.HashNotation;
import dev.warmgate.password.foreign.UnsupportedHash;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Caller;
import dev.warmgate.revocation.RevocationFeed;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Creates, changes and deletes accounts for the operator's services. */
final class AdminUsers {
  private static final Set<String> MEMBERS =
      Set.of(
          "id",
          "aud",
          "role",
          "email",
          "email_confirm",
          "phone",
          "phone_confirm",
          "password",
          "password_hash",
          "user_metadata",
          "app_metadata",
          "ban_duration");

  private final AdminUserDao dao;
  private final Users users;
  private final AccountService accounts;
  private final AdminService admin;
  private final FactorResets factors;
  private final RevocationFeed revocations;
  private final Audit audit;

  AdminUsers(
      AdminUserDao dao,
      Users users,
      AccountService accounts,
      AdminService admin,
      FactorResets factors,
      RevocationFeed revocations,
      Audit audit) {
    this.dao = dao;
    this.users = users;
    this.accounts = accounts;
    this.admin = admin;
    this.factors = factors;
    this.revocations = revocations;
    this.audit = audit;
  }

  /**
   * @throws ApiException 409 if the address is taken, 422 if the password is not acceptable
   * @throws GoTrueException 422 if the id is taken
   */
  User create(JsonBody body) {
    requireSupported(body);
    EmailAddress email = body.requiredEmail();
    if (email.isDecoy()) {
      throw new ApiException(ProblemType.EMAIL_TAKEN);
    }
    UUID id = body.text("id").map(AdminUsers::id).orElseGet(UUID::randomUUID);
    AdminUserDao.Wanted wanted =
        new AdminUserDao.Wanted(
            id,
            email.text(),
            email.key(),
            hash(body, body.password("password"), email.text()).orElse(null),
            body.flag("email_confirm", false),
            Ban.of(body).filter(Ban.BANNED::equals).isPresent(),
            body.metadata("user_metadata").orElse(Metadata.NONE).json(),
            body.metadata("app_metadata").orElse(Metadata.NONE).json());
    if (!audit.record(origin -> dao.create(wanted, origin))) {
      throw users.known(email).isPresent()
          ? new ApiException(ProblemType.EMAIL_TAKEN)
          : new GoTrueException(422, "user_already_exists", "A user with this id already exists");
    }
    return users.find(id);
  }

  /**
   * @throws ApiException 403 if the account is an admin's, 404 if there is no such account, 409 if
   *     the address is taken, 422 if the password is not acceptable or metadata is too large
   */
  User change(UUID id, JsonBody body) {
    requireSupported(body);
    if (body.text("id").filter(other -> !other.equals(id.toString())).isPresent()) {
      throw GoTrueException.invalid("id of an account cannot be changed");
    }
    Account account = account(id);
    Optional<EmailAddress> email = body.email();
    Optional<Ban> ban = Ban.of(body);
    Optional<String> hash =
        hash(
            body,
            body.replacement("password"),
            email.map(EmailAddress::text).orElse(account.email()));
    AdminUserDao.Wanted wanted =
        new AdminUserDao.Wanted(
            id,
            email.map(EmailAddress::text).orElse(null),
            email.map(EmailAddress::key).orElse(null),
            null,
            body.flag("email_confirm", false),
            false,
            body.metadata("user_metadata").orElse(Metadata.NONE).json(),
            body.metadata("app_metadata").orElse(Metadata.NONE).json());
    if (!audit.record(origin -> dao.change(wanted, origin))) {
      User _ = users.find(id);
      throw email.flatMap(users::known).filter(holder -> !holder.id().equals(id)).isPresent()
          ? new ApiException(ProblemType.EMAIL_TAKEN)
          : Metadata.tooLarge("metadata");
    }
    hash.ifPresent(replacement -> {
      audit.record(origin -> dao.replacePassword(id, replacement, origin));
      revocations.announce();
    });
    ban.ifPresent(wish -> {
      if (wish == Ban.BANNED) {
        admin.disable(id);
      } else {
        admin.enable(id);
      }
    });
    return users.find(id);
  }

  /** Refuses what an account cannot have here. */
  private static void requireSupported(JsonBody body) {
    body.requireOnly(MEMBERS);
    if (body.text("phone").isPresent() || body.flag("phone_confirm", false)) {
      throw Disabled.PHONE.refusal();
    }
    for (String name : List.of("role", "aud")) {
      if (body.text(name).filter(value -> !value.equals(Caller.SUPABASE)).isPresent()) {
        throw GoTrueException.invalid(name + " must be " + Caller.SUPABASE);
      }
    }
  }

  /**
   * @return the user that was deleted
   * @throws ApiException 403 if the account is an admin's, 404 if there is no such account
   */
  User delete(UUID id) {
    Account account = account(id);
    User user = users.find(id);
    accounts.delete(account);
    return user;
  }

  /**
   * Removes a factor; if it is the last one, that ends the sessions.
   *
   * @return the id of the factor
   * @throws ApiException 403 if the account is an admin's, 404 if there is no such account or
   *     factor
   */
  UUID removeFactor(UUID id, UUID factor) {
    factors.remove(account(id).id(), factor);
    return factor;
  }

  private Account account(UUID id) {
    Account account =
        accounts.find(id).orElseThrow(() -> new ApiException(ProblemType.ACCOUNT_NOT_FOUND));
    AdminService.requireNoAdmin(account.role());
    return account;
  }

  static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException malformed) {
      throw GoTrueException.invalid("id must be a UUID");
    }
  }

  /** Returns the hash of the password, or one that another service made. */
  private Optional<String> hash(JsonBody body, Optional<Password> password, String email) {
    Optional<String> foreign = body.text("password_hash");
    if (foreign.isPresent() && password.isPresent()) {
      throw GoTrueException.invalid("Only a password or a password hash should be provided");
    }
    return foreign.isPresent()
        ? Optional.of(canonical(foreign.get()))
        : password.map(given -> accounts.hashNew("password", given, email));
  }

  private static String canonical(String hash) {
    try {
      return HashNotation.canonical(hash);
    } catch (UnsupportedHash refused) {
      throw GoTrueException.invalid("password_hash cannot be used: " + refused.getMessage());
    }
  }

  /** Whether an account is to be disabled, or enabled again. */
  private enum Ban {
    BANNED,
    NONE;

    private static final long CENTURY_HOURS = 876_000;

    /** Accounts are disabled until they are enabled: a ban that ends by itself is refused. */
    static Optional<Ban> of(JsonBody body) {
      String duration = body.text("ban_duration").orElse(null);
      if (duration == null) {
        return Optional.empty();
      }
      if (duration.equals("none")) {
        return Optional.of(NONE);
      }
      if (duration.matches("[0-9]{1,9}h")
          && Long.parseLong(duration.substring(0, duration.length() - 1)) >= CENTURY_HOURS) {
        return Optional.of(BANNED);
      }
      throw GoTrueException.invalid("ban_duration must be none, or 876000h for one without an end");
    }
  }
}
