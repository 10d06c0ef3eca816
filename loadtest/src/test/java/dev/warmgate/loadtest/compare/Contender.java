package dev.warmgate.loadtest.compare;

import dev.warmgate.loadtest.benchmark.Outcome;
import dev.warmgate.loadtest.benchmark.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the compared builds, with its own PostgreSQL and Redis; it runs all the time but gets load
 * only by turns.
 */
final class Contender {
  private static final int CLIENTS = 8;
  private static final int TOKENS = 8;

  private final Subject subject;
  private final List<String> tokens = new ArrayList<>();

  private Contender(Subject subject) {
    this.subject = subject;
  }

  static Contender start(Path checkout, boolean withAgent, Ending ending)
      throws IOException, InterruptedException {
    Subject subject = Subject.start(checkout, withAgent);
    ending.close(subject);
    Contender contender = new Contender(subject);
    for (int i = 0; i < TOKENS; i++) {
      contender.tokens.add(subject.token());
    }
    return contender;
  }

  void warmUp(Duration time) throws InterruptedException {
    subject.logins(CLIENTS, time);
  }

  /** Returns the highest number of logins per second. */
  double capacity(Duration time) throws InterruptedException {
    Outcome logins = subject.logins(CLIENTS, time);
    return logins.count(200) / logins.seconds();
  }

  Slice measure(double loginsPerSecond, Duration time) {
    return Slice.measure(subject.port(), subject.pid(), loginsPerSecond, time, tokens);
  }
}
