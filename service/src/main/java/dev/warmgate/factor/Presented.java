package dev.warmgate.factor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a client presents as its second factor; nothing of it is ever written. What cannot be right,
 * since there is nothing in it, is refused before it counts as an attempt.
 */
public sealed interface Presented {
  FactorKind kind();

  /**
   * A code of an app.
   *
   * @param factorId the factor that it is of, if the client knows
   */
  record Code(@Nullable UUID factorId, String text) implements Presented {
    public Code {
      requireSome(text, "code");
    }

    @Override
    public FactorKind kind() {
      return FactorKind.TOTP;
    }

    @Override
    public String toString() {
      return "Code[…]";
    }
  }

  /** One of the codes that are shown once. */
  record RecoveryCode(String text) implements Presented {
    public RecoveryCode {
      requireSome(text, "recovery_code");
    }

    @Override
    public FactorKind kind() {
      return FactorKind.RECOVERY_CODE;
    }

    @Override
    public String toString() {
      return "RecoveryCode[…]";
    }
  }

  /** The answer of a passkey, a PublicKeyCredential of WebAuthn. */
  record Passkey(ObjectNode credential) implements Presented {
    @Override
    public FactorKind kind() {
      return FactorKind.PASSKEY;
    }

    @Override
    public String toString() {
      return "Passkey[…]";
    }
  }

  /**
   * Returns the one of them that is given.
   *
   * @param factorId the factor of the code, if the client knows
   * @throws ApiException 422 unless there is exactly one
   */
  static Presented of(
      @Nullable UUID factorId,
      @Nullable String code,
      @Nullable String recoveryCode,
      @Nullable ObjectNode credential) {
    if (Stream.of(code, recoveryCode, credential).filter(Objects::nonNull).count() != 1) {
      throw ApiException.field(
          ProblemType.VALIDATION_FAILED, "code", "is needed, or recovery_code or credential");
    }
    if (code != null) {
      return new Code(factorId, code);
    }
    return recoveryCode != null
        ? new RecoveryCode(recoveryCode)
        : new Passkey(Objects.requireNonNull(credential));
  }

  /**
   * @throws ApiException 422 if there is nothing but space
   */
  static void requireSome(String code, String field) {
    if (code.isBlank()) {
      throw ApiException.field(ProblemType.VALIDATION_FAILED, field, "must not be empty");
    }
  }
}
