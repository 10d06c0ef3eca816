package dev.warmgate.database;

import dev.warmgate.logging.RootCause;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that PostgreSQL is out of reach, once for all pools and for each cause, and that it is back.
 */
final class Outage {
  private static final Logger log = LoggerFactory.getLogger(Outage.class);

  /** An outage may begin with a timeout and then have a better reason, but not many. */
  private static final int MOST_CAUSES = 5;

  private final String setting;
  private final Set<String> causes = new HashSet<>();

  Outage(String setting) {
    this.setting = setting;
  }

  synchronized void note(SQLException failed) {
    String cause = RootCause.of(failed, setting);
    if (causes.size() < MOST_CAUSES && causes.add(cause)) {
      log.warn("no connection to PostgreSQL: {}", cause);
    }
  }

  synchronized void end() {
    if (!causes.isEmpty()) {
      causes.clear();
      log.info("PostgreSQL is back");
    }
  }
}
