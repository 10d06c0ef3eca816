package dev.warmgate.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that the error code of every problem says the same as its status. */
final class OAuthErrorsTest {
  @ParameterizedTest
  @EnumSource(ProblemType.class)
  void agreesWithTheStatus(ProblemType type) {
    String error = OAuthProblem.of(type, null, Problem.of(type, null, null, List.of())).error();

    switch (type.status()) {
      case 401 -> assertThat(error).isEqualTo("invalid_client");
      case 403 -> assertThat(error).isEqualTo("insufficient_scope");
      case 429, 503 -> assertThat(error).isEqualTo("temporarily_unavailable");
      case 500 -> assertThat(error).isEqualTo("server_error");
      case 400 -> assertThat(error).isIn("invalid_request", type.code());
      default -> assertThat(error).isEqualTo("invalid_request");
    }
  }
}
