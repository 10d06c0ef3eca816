package dev.warmgate.mail;

import com.codahale.metrics.health.HealthCheck;
import dev.warmgate.database.DatabaseHealthCheck;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether the mail server answered the last time, or mail is off; waits for nothing. The service is
 * ready without it.
 */
public final class MailHealthCheck extends HealthCheck {
  private final @Nullable SmtpClient client;

  /**
   * @param client {@code null} if mail is off
   */
  MailHealthCheck(@Nullable SmtpClient client) {
    this.client = client;
  }

  @Override
  protected Result check() {
    SmtpClient.State state = client == null ? SmtpClient.State.UP : client.state();
    return state == SmtpClient.State.UP
        ? Result.healthy()
        : Result.builder()
            .unhealthy()
            .withMessage("the mail server does not answer")
            .withDetail(DatabaseHealthCheck.STATUS, state.name().toLowerCase(Locale.ROOT))
            .build();
  }
}
