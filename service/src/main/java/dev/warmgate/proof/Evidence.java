package dev.warmgate.proof;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a client presents as a proof: the secret of a link, or a code together with the id that
 * asking for it was answered with. {@link #toString} shows neither.
 *
 * @param requestId with a code always, with a link if the client has it
 */
public record Evidence(@Nullable String token, @Nullable UUID requestId, @Nullable String code) {
  /**
   * @throws ApiException 422 unless there is exactly one of link and code
   */
  public static Evidence of(
      @Nullable String token, @Nullable UUID requestId, @Nullable String code) {
    if ((token == null) == (code == null)) {
      throw ApiException.field(
          ProblemType.VALIDATION_FAILED, "token", "is needed, or a code with its request_id");
    }
    if (code != null && requestId == null) {
      throw ApiException.field(
          ProblemType.VALIDATION_FAILED, "request_id", "is needed with a code");
    }
    return new Evidence(token, requestId, code);
  }

  /** Returns the evidence of a link that was opened in a browser. */
  public static Evidence ofLink(String token) {
    return new Evidence(token, null, null);
  }

  @Override
  public String toString() {
    return "Evidence[…]";
  }
}
