package dev.warmgate.accountpage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.factor.Presented;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The forms in which people prove their second factor, and what they send. */
final class FactorForms {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CODE = "code";
  private static final String RECOVERY_CODE = "recovery_code";

  private FactorForms() {}

  /**
   * Adds the forms to a page.
   *
   * @param path that they go to
   * @param query of that path; empty if there is none
   * @param app whether the account has an app that shows codes
   * @param recovery whether a recovery code is asked for in place of everything else
   * @param passkey the options for the browser; {@code null} if the account has no passkey
   */
  static View add(
      View page,
      String path,
      String query,
      boolean app,
      boolean recovery,
      @Nullable JsonNode passkey) {
    String target = query.isEmpty() ? path : path + "?" + query;
    if (recovery) {
      return page.text("second-step.recovery-text")
          .form(target, "second-step.button")
          .plain(RECOVERY_CODE, "second-step.recovery-code", "")
          .link(target, "second-step.use-other");
    }
    if (app) {
      page.text(passkey == null ? "second-step.app" : "second-step.choose")
          .form(target, "second-step.button")
          .code(CODE, "second-step.code", true);
    } else if (passkey != null) {
      page.text("second-step.passkey");
    }
    if (passkey != null) {
      page.passkey(target, "get", passkey, "second-step.use-passkey", Map.of());
    }
    return page.link(
        path + "?by=recovery-code" + (query.isEmpty() ? "" : "&" + query),
        "second-step.use-recovery-code");
  }

  /** Whether the form, which is shown again, was that of a recovery code. */
  static boolean isRecovery(PageForm form) {
    return form.find(RECOVERY_CODE).isPresent();
  }

  /**
   * Returns what was entered.
   *
   * @throws ApiException 422 if nothing was
   */
  static Presented read(PageForm form) {
    if (form.find("credential").isPresent()) {
      return new Presented.Passkey(credential(form));
    }
    return form.find(RECOVERY_CODE)
        .<Presented>map(Presented.RecoveryCode::new)
        .orElseGet(() -> new Presented.Code(null, form.code(CODE)));
  }

  private static ObjectNode credential(PageForm form) {
    try {
      if (JSON.readTree(form.code("credential")) instanceof ObjectNode credential) {
        return credential;
      }
    } catch (com.fasterxml.jackson.core.JsonProcessingException malformed) {
      throw new ApiException(ProblemType.BAD_REQUEST);
    }
    throw new ApiException(ProblemType.BAD_REQUEST);
  }

  /** Returns the options for the browser, unless the account has no passkey any more. */
  static @Nullable JsonNode options(boolean has, Supplier<ObjectNode> passkeys) {
    try {
      return has ? Objects.requireNonNull(passkeys.get()) : null;
    } catch (ApiException refused) {
      if (refused.type() == ProblemType.NO_FACTOR) {
        return null;
      }
      throw refused;
    }
  }
}
