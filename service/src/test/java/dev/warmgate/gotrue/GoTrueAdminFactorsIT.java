package dev.warmgate.gotrue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.request.Scopes;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Removes second factors one by one, as the operator's services do in the Supabase form. */
final class GoTrueAdminFactorsIT {
  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService().withManyConnections()).with("supabase_api.enabled", "true");

  private final UserWithFactor my = new UserWithFactor(SERVICE.api());
  private final String registered = signUpProven();
  private final SecondFactor first = UserWithFactor.app(my.enrol(registered, "first"));
  private final String token = my.verify(registered, first, first.code()).text("access_token");
  private String key;

  private String signUpProven() {
    String session = my.signUp().text("access_token");
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", my.email);
    return session;
  }

  @BeforeEach
  void makeKey() throws Exception {
    key = NewServiceKey.with(SERVICE, Scopes.ADMIN);
  }

  @Test
  void theLossOfTheLastFactorEndsEverySession() {
    assertThat(remove(first).text("id")).isEqualTo(first.id());

    assertThat(my.user(token).code()).isEqualTo("session_not_found");
    assertThat(events("factors.reset")).isEqualTo(1);
    assertThat(events("factor.removed")).isZero();
    assertThat(Mailed.count(SERVICE, my.email, "factors-reset")).isEqualTo(1);
    assertThat(Mailed.count(SERVICE, my.email, "factor-removed")).isZero();
    assertThat(my.signIn().body().path("user").has("factors")).isFalse();
    assertThat(remove(first).code()).isEqualTo("mfa_factor_not_found");
  }

  @Test
  void theLossOfOneOfSeveralEndsNone() {
    SecondFactor second = another();

    assertThat(remove(first).status()).isEqualTo(200);

    assertThat(my.user(token).status()).isEqualTo(200);
    assertThat(events("factors.reset")).isZero();
    assertThat(events("factor.removed")).isEqualTo(1);
    assertThat(Mailed.count(SERVICE, my.email, "factor-removed")).isEqualTo(1);
    assertThat(my.factors(token).get(0).path("id").asText()).isEqualTo(second.id());
  }

  @Test
  void theLossOfOneThatCountedForNothingEndsNone() {
    SecondFactor waiting = UserWithFactor.app(my.enrol(token, "waiting"));

    assertThat(remove(waiting).status()).isEqualTo(200);

    assertThat(my.user(token).status()).isEqualTo(200);
    assertThat(events("factors.reset")).isZero();
    assertThat(Mailed.count(SERVICE, my.email, "factor-removed")).isZero();
  }

  @Test
  void ofTwoRemovalsSideBySideOneIsThatOfTheLast() throws Exception {
    List<SecondFactor> both = List.of(first, another());

    List<Answer> removed = Parallel.run(both.size(), i -> remove(both.get(i)));

    assertThat(removed).allMatch(answer -> answer.status() == 200);
    assertThat(my.user(token).code()).isEqualTo("session_not_found");
    assertThat(events("factor.removed")).isEqualTo(1);
    assertThat(events("factors.reset")).isEqualTo(1);
  }

  private SecondFactor another() {
    SecondFactor second = UserWithFactor.app(my.enrol(token, "second"));
    assertThat(my.verify(token, second, second.code()).status()).isEqualTo(200);
    return second;
  }

  private Answer remove(SecondFactor factor) {
    String id = SERVICE.value("SELECT id FROM account WHERE email = ?", my.email);
    return my.api.delete("/auth/v1/admin/users/" + id + "/factors/" + factor.id(), key, null);
  }

  private int events(String event) {
    return Integer.parseInt(
        SERVICE.value(
            "SELECT count(*) FROM audit_event JOIN account ON account.id = account_id"
                + " WHERE event = ? AND email = ?",
            event,
            my.email));
  }
}
