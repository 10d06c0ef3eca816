package dev.warmgate.accountpage;

import dev.warmgate.account.AccountService;
import dev.warmgate.account.FreshAuthentication;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Caller;
import jakarta.ws.rs.core.Response;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Asks people for their second factor, or without one for the password, before what needs a fresh
 * proof of who they are. Nothing is done until they have given it.
 */
final class FreshProof {
  private final AccountService accounts;
  private final FreshAuthentication fresh;

  FreshProof(AccountService accounts, FreshAuthentication fresh) {
    this.accounts = accounts;
    this.fresh = fresh;
  }

  /**
   * How the password is asked for.
   *
   * @param path that it is sent to
   * @param back the page to go back to
   * @param beside adds what else to ask for
   * @param otherwise the page that shows a refusal, also to people who have no password
   */
  record Question(String path, String back, UnaryOperator<View> beside, Supplier<View> otherwise) {}

  /** Acts if the sign-in is fresh or the form has the proof, and otherwise asks for it. */
  Response before(Supplier<Response> action, Visit visit, PageForm form, Question question) {
    try {
      fresh.require(Caller.current(), form.password().orElse(null));
    } catch (ApiException refused) {
      return visit.needsFactor(refused)
          ? visit.stepUp()
          : visit.show(ask(visit, question, refused));
    }
    return visit.attempt(action, question.otherwise());
  }

  private View ask(Visit visit, Question question, ApiException refused) {
    boolean stale = refused.type() == ProblemType.INSUFFICIENT_USER_AUTHENTICATION;
    if (stale && !hasPassword()) {
      return question.otherwise().get().refused(refused);
    }
    View page =
        question
            .beside()
            .apply(visit.view("prove").text("prove.text").form(question.path(), "prove.button"))
            .password("password", "words.password")
            .link(question.back(), "words.back");
    return stale ? page : page.refused(refused);
  }

  private boolean hasPassword() {
    return accounts
        .find(Caller.current().accountId())
        .filter(account -> account.passwordHash() != null)
        .isPresent();
  }
}
