package dev.warmgate.webhook;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.warmgate.network.Cidr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How webhooks are called.
 *
 * @param allow networks that may be called although they are not public; in development only
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record WebhooksConfiguration(List<Cidr> allow) {

  public WebhooksConfiguration(@Nullable List<Cidr> allow) {
    this.allow = allow == null ? List.of() : List.copyOf(allow);
  }
}
