package dev.warmgate.webhook;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The state of a delivery. */
public enum DeliveryState {
  /** It will be attempted, for the first time or again. */
  PENDING,
  DELIVERED,
  /** All attempts failed; it is attempted again only on request. */
  DEAD;

  /**
   * @throws ApiException 422 if the text is not a state
   */
  static @Nullable DeliveryState parse(@Nullable String text) {
    if (text == null) {
      return null;
    }
    return Arrays.stream(values())
        .filter(state -> state.toString().equals(text))
        .findFirst()
        .orElseThrow(() ->
            ApiException.field(
                ProblemType.VALIDATION_FAILED, "state", "must be pending, delivered or dead"));
  }

  static DeliveryState of(WebhookDao.Delivery delivery) {
    if (delivery.deliveredAt() != null) {
      return DELIVERED;
    }
    return delivery.deadAt() != null ? DEAD : PENDING;
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
