package dev.warmgate.gotrue;

import dev.warmgate.account.EmailAddress;
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
    return dao.findByEmail(email.key(), null)
        .orElseThrow(() -> new ApiException(ProblemType.ACCOUNT_NOT_FOUND));
  }

  /** Returns one page of users, the newest first. */
  List<User> newest(int limit, long offset) {
    return dao.newest(limit, offset, null).stream().map(User::of).toList();
  }

  long count() {
    return dao.count();
  }
}
