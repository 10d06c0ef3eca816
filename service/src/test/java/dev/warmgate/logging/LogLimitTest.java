package dev.warmgate.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class LogLimitTest {
  private static final Set<String> OWN = Set.of("test.limit", LogLimit.class.getName());

  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Logger log = context.getLogger("test.limit");
  private LogLimit limit;

  @BeforeEach
  void install() {
    log.setLevel(Level.INFO);
    lines.start();
    root.addAppender(lines);
    limit = LogLimit.install();
  }

  @AfterEach
  void remove() {
    root.detachAppender(lines);
    Appenders.ofAllLines().forEach(Appender::clearAllFilters);
    log.setLevel(null);
  }

  private List<String> texts() {
    return logged().stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  /** Without the lines of other threads of this process. */
  private List<ILoggingEvent> logged() {
    return List.copyOf(lines.list).stream()
        .filter(line -> OWN.contains(line.getLoggerName()))
        .toList();
  }

  @Test
  void letsAFewLinesOfAKindPassAndCountsTheOthers() {
    for (int i = 0; i < 1000; i++) {
      log.warn("somebody sent {}", i);
      log.warn("another kind");
      log.info("somebody sent {} and {}", i, i);
      log.debug("below the level");
    }
    assertThat(texts()).hasSize(3 * LogLimit.LINES).startsWith("somebody sent 0");
    lines.list.clear();

    limit.report();

    // A finalizer of another test may log meanwhile.
    assertThat(texts().stream().filter(text -> text.contains(" of test.limit: ")))
        .containsExactlyInAnyOrder(
            "held back 990 more lines of test.limit: somebody sent {}",
            "held back 990 more lines of test.limit: another kind",
            "held back 990 more lines of test.limit: somebody sent {} and {}");
  }

  @Test
  void startsToCountAgain() {
    for (int minute = 0; minute < 3; minute++) {
      lines.list.clear();
      log.warn("once a minute");
      limit.report();

      assertThat(texts()).containsExactly("once a minute");
    }
  }

  @Test
  void boundsTheKindsOfALoggerWhoseMessagesHoldWhatWasSent() {
    for (int i = 0; i < 10_000; i++) {
      log.warn(i + " was sent");
    }
    assertThat(texts()).hasSize(LogLimit.KINDS + LogLimit.LINES);
  }

  @Test
  void tellsExceptionsApart() {
    for (int i = 0; i < 100; i++) {
      log.warn("failed", new IllegalStateException("one"));
      log.warn("failed", new IllegalArgumentException("another"));
    }
    assertThat(logged()).hasSize(2 * LogLimit.LINES);
  }

  /**
   * Each request asks a hundred times whether to log at DEBUG, and turbo filters answer that, too.
   */
  @Test
  void isNotAskedAboutLinesBelowTheLevel() {
    assertThat(context.getTurboFilterList()).isEmpty();
  }

  @Test
  void neverHoldsBackWhatIsMarked() {
    for (int i = 0; i < 100; i++) {
      log.info(LogLimit.ALWAYS, "an account was deleted");
    }
    assertThat(logged()).hasSize(100);
  }
}
