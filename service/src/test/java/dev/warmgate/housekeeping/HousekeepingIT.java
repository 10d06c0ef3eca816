package dev.warmgate.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** Checks that the role of the service, which owns no table, may do every chore. */
final class HousekeepingIT {
  private static final String CHALLENGES = "SELECT count(*) FROM passkey_challenge";

  // Seldom enough for the limit of equal lines in the log.
  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("housekeeping.interval", "1s");

  @Test
  @Tag("quick")
  void mayDoEveryChore() throws Exception {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(Housekeeping.class);
    log.start();
    logger.addAppender(log);
    try {
      // Every chore has run between the first purge and the second.
      for (int round = 0; round < 2; round++) {
        SERVICE.sql(
            "INSERT INTO passkey_challenge (challenge, expires_at)"
                + " VALUES ('\\x01', now() - INTERVAL '1 s')");
        Eventually.within(
            Duration.ofSeconds(20),
            () -> !log.list.isEmpty() || SERVICE.value(CHALLENGES).equals("0"));
      }
    } finally {
      logger.detachAppender(log);
    }

    assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
    assertThat(SERVICE.value(CHALLENGES)).isEqualTo("0");
  }
}
