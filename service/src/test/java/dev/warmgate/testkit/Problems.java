package dev.warmgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

/** Asserts that an answer is a problem document (RFC 9457). */
public final class Problems {
  private Problems() {}

  public static void assertProblem(Answer answer, int status, String code, String instance) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.text("type")).isEqualTo("urn:warmgate:problem:" + code);
    assertThat(answer.text("title")).isNotEmpty();
    assertThat(answer.body().path("status").asInt()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.text("instance")).isEqualTo(instance);
  }
}
