package dev.warmgate.factor;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.SecondFactor;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tries to get past a second factor, at two replicas. Each attack is made by somebody who knows the
 * password, or reads the mails.
 */
final class FactorAttackIT {
  @RegisterExtension static final FactorReplicas REPLICAS = new FactorReplicas();

  private final ApiClient api = REPLICAS.api(0);
  private final ApiClient other = REPLICAS.api(1);
  private final String email = newEmail();
  private final Answer session = REPLICAS.register(email);
  private final SecondFactor factor = SecondFactor.enrol(api, session.text("access_token"));

  /** The attacks of which each ends in a refusal with a code. */
  enum Attack {
    A_CODE_A_SECOND_TIME("invalid_factor") {
      @Override
      Answer make(FactorAttackIT my) {
        String code = my.factor.code();
        assertThat(my.verify(my.api, code).status()).isEqualTo(200);
        return my.verify(my.api, code);
      }
    },
    A_CODE_A_SECOND_TIME_AT_ANOTHER_REPLICA("invalid_factor") {
      @Override
      Answer make(FactorAttackIT my) {
        String code = my.factor.code();
        assertThat(my.verify(my.api, code).status()).isEqualTo(200);
        return my.verify(my.other, code);
      }
    },
    THE_CODE_OF_AN_EARLIER_STEP("invalid_factor") {
      @Override
      Answer make(FactorAttackIT my) {
        assertThat(my.verify(my.api, my.factor.codeAhead()).status()).isEqualTo(200);
        return my.verify(my.other, my.factor.codeAt(0));
      }

      // The app has no other code for up to half a minute.
      @Override
      Answer loginOfTheOwner(FactorAttackIT my) {
        Answer first = my.api.login(my.email, PASSWORD);
        return SecondFactor.verify(my.api, first, "recovery_code", my.factor.recoveryCode(0));
      }
    },
    THE_CODE_THAT_CONFIRMED_THE_FACTOR("invalid_factor") {
      @Override
      Answer make(FactorAttackIT my) {
        return my.verify(my.api, my.factor.usedCode());
      }
    },
    THE_TOKEN_OF_A_LOGIN_A_SECOND_TIME("invalid_mfa_token") {
      @Override
      Answer make(FactorAttackIT my) {
        Answer first = my.api.login(my.email, PASSWORD);
        assertThat(SecondFactor.verify(my.api, first, "code", my.factor.code()).status())
            .isEqualTo(200);
        return SecondFactor.verify(my.other, first, "code", my.factor.codeAt(1));
      }
    },
    A_TOKEN_THAT_NOBODY_GOT("invalid_mfa_token") {
      @Override
      Answer make(FactorAttackIT my) {
        return my.api.post(
            "/api/v1/auth/mfa/verify",
            Map.of("mfa_token", "x".repeat(43), "code", my.factor.code()));
      }
    },
    A_TOKEN_THAT_HAS_RUN_OUT("invalid_mfa_token") {
      @Override
      Answer make(FactorAttackIT my) {
        Answer first = my.api.login(my.email, PASSWORD);
        sql("UPDATE login_challenge SET expires_at = now() - INTERVAL '1 s'");
        return SecondFactor.verify(my.api, first, "code", my.factor.code());
      }
    },
    A_TOKEN_FROM_BEFORE_EVERY_SESSION_ENDED("invalid_mfa_token") {
      @Override
      Answer make(FactorAttackIT my) {
        Answer first = my.api.login(my.email, PASSWORD);
        Answer ended =
            my.api.post(
                "/api/v1/auth/logout?scope=global",
                my.factor.confirmed().text("access_token"),
                Map.of());
        assertThat(ended.status()).isEqualTo(204);
        return SecondFactor.verify(my.api, first, "code", my.factor.code());
      }
    },
    A_TOKEN_FROM_BEFORE_THE_PASSWORD_WAS_REPLACED("invalid_mfa_token") {
      @Override
      Answer make(FactorAttackIT my) {
        Answer first = my.api.login(my.email, PASSWORD);
        sql("UPDATE account SET password_version = password_version + 1 WHERE email = ?", my.email);
        return SecondFactor.verify(my.api, first, "code", my.factor.code());
      }
    },
    A_TOKEN_AS_AN_ACCESS_TOKEN("invalid_token") {
      @Override
      Answer make(FactorAttackIT my) {
        return my.api.me(my.api.login(my.email, PASSWORD).text("mfa_token"));
      }
    },
    THE_FACTOR_OF_ANOTHER_ACCOUNT("invalid_factor") {
      @Override
      Answer make(FactorAttackIT my) {
        return my.verify(my.api, my.another().code());
      }
    },
    THE_FACTOR_OF_ANOTHER_ACCOUNT_BY_ITS_ID("invalid_factor") {
      @Override
      Answer make(FactorAttackIT my) {
        SecondFactor theirs = my.another();
        Map<String, Object> body =
            SecondFactor.body(my.api.login(my.email, PASSWORD), "code", theirs.code());
        body.put("factor_id", theirs.id());
        return my.api.post("/api/v1/auth/mfa/verify", body);
      }
    },
    THE_RECOVERY_CODE_OF_ANOTHER_ACCOUNT("invalid_factor") {
      @Override
      Answer make(FactorAttackIT my) {
        Answer first = my.api.login(my.email, PASSWORD);
        return SecondFactor.verify(my.api, first, "recovery_code", my.another().recoveryCode(0));
      }
    },
    STEP_UP_WITH_THE_FACTOR_OF_ANOTHER_ACCOUNT("invalid_factor") {
      @Override
      Answer make(FactorAttackIT my) {
        return my.stepUp(my.session, my.another().code());
      }
    },
    CONFIRMING_THE_FACTOR_OF_ANOTHER_ACCOUNT("factor_not_found") {
      @Override
      Answer make(FactorAttackIT my) {
        Answer theirs = REPLICAS.register(newEmail());
        Answer enrolled = my.enrol(theirs);
        return my.api.post(
            "/api/v1/auth/factors/" + enrolled.text("factor_id") + "/confirm",
            my.session.text("access_token"),
            Map.of("code", "000000"));
      }
    },
    REMOVING_THE_FACTOR_OF_ANOTHER_ACCOUNT("factor_not_found") {
      @Override
      Answer make(FactorAttackIT my) {
        return my.api.delete(
            "/api/v1/auth/factors/" + my.another().id(),
            my.factor.confirmed().text("access_token"),
            null);
      }
    },
    ENROLLING_ANOTHER_FACTOR_WITH_THE_PASSWORD("insufficient_user_authentication") {
      @Override
      Answer make(FactorAttackIT my) {
        return my.enrol(my.session);
      }
    },
    REMOVING_THE_FACTOR_WITH_THE_PASSWORD("insufficient_user_authentication") {
      @Override
      Answer make(FactorAttackIT my) {
        return my.api.delete(
            "/api/v1/auth/factors/" + my.factor.id(),
            my.session.text("access_token"),
            Map.of("password", PASSWORD));
      }
    },
    SIGN_IN_BY_MAIL("mfa_required") {
      @Override
      Answer make(FactorAttackIT my) {
        my.api.post("/api/v1/auth/email-login", Map.of("email", my.email));
        return my.api.post(
            "/api/v1/auth/email-login/verify", Map.of("token", my.mailed("sign-in").token()));
      }
    },
    A_NEW_PASSWORD_BY_MAIL("mfa_required") {
      @Override
      Answer make(FactorAttackIT my) {
        my.api.post("/api/v1/auth/forgot", Map.of("email", my.email));
        return my.api.post(
            "/api/v1/auth/reset",
            Map.of("token", my.mailed("reset").token(), "password", "seven quiet lanterns"));
      }
    };

    private final String refusal;

    Attack(String refusal) {
      this.refusal = refusal;
    }

    abstract Answer make(FactorAttackIT my);

    Answer loginOfTheOwner(FactorAttackIT my) {
      return my.factor.login(my.api, my.email, PASSWORD);
    }
  }

  @ParameterizedTest
  @EnumSource
  void isRefused(Attack attack) {
    Answer answer = attack.make(this);

    assertThat(answer.code()).isEqualTo(attack.refusal);
    assertThat(answer.body().has("access_token")).isFalse();
    assertThat(attack.loginOfTheOwner(this).status()).as("the owner").isEqualTo(200);
  }

  private SecondFactor another() {
    return SecondFactor.enrol(api, REPLICAS.register(newEmail()).text("access_token"));
  }

  private Answer verify(ApiClient at, String code) {
    return SecondFactor.verify(at, at.login(email, PASSWORD), "code", code);
  }

  private Answer stepUp(Answer by, String code) {
    return api.post("/api/v1/auth/mfa/step-up", by.text("access_token"), Map.of("code", code));
  }

  private Answer enrol(Answer by) {
    return api.post(
        "/api/v1/auth/factors",
        by.text("access_token"),
        Map.of("type", "totp", "name", UUID.randomUUID().toString(), "password", PASSWORD));
  }

  private Mailed mailed(String kind) {
    return Mailed.newest(REPLICAS.one(), email, kind);
  }

  private static void sql(String statement, Object... parameters) {
    int _ = REPLICAS.one().sql(statement, parameters);
  }
}
