package dev.warmgate.gotrue;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.admin.AdminService;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds users. */
final class Users {
  private final UserDao dao;

  Users(UserDao dao) {
    this.dao = dao;
  }

  /**
   * @throws ApiException 404 if there is no such user
   */
  User find(@Nullable UUID id) {
    return Optional.ofNullable(id)
        .flatMap(known -> dao.find(known, null))
        .map(User::of)
        .orElseThrow(() -> new ApiException(ProblemType.ACCOUNT_NOT_FOUND));
  }

  /**
   * @throws ApiException 404 if there is no such user
   */
  UserDao.Row find(EmailAddress email) {
    return known(email).orElseThrow(() -> new ApiException(ProblemType.ACCOUNT_NOT_FOUND));
  }

  Optional<UserDao.Row> known(EmailAddress email) {
    return dao.findByEmail(email.key(), null);
  }

  /**
   * As {@link #find(EmailAddress)}, to open the account to whoever has the link.
   *
   * @throws ApiException 403 if it is an admin's
   */
  UserDao.Row findManaged(EmailAddress email) {
    UserDao.Row user = find(email);
    AdminService.requireNoAdmin(user.role());
    return user;
  }

  /** Returns one page of users, the newest first. */
  List<User> newest(int limit, long offset) {
    return dao.newest(limit, offset, null).stream().map(User::of).toList();
  }

  long count() {
    return dao.count();
  }
}
