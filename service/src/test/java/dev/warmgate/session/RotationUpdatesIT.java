package dev.warmgate.session;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.Plan;
import dev.warmgate.testkit.RunningService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that a refresh updates one row and no index (HOT), however many sessions there are. */
final class RotationUpdatesIT {
  private static final int SESSIONS = 20;
  private static final int REFRESHES = 10;

  /** PostgreSQL publishes the statistics of an idle connection after ten seconds. */
  private static final Duration PUBLISHED = Duration.ofSeconds(60);

  @RegisterExtension static final RunningService SERVICE = new RunningService();

  @Test
  @Tag("full")
  void areHeapOnly() throws Exception {
    ApiClient api = SERVICE.api();
    String email = newEmail();
    api.register(email);
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      tokens.add(api.login(email, PASSWORD).text("refresh_token"));
    }
    for (int i = 0; i < REFRESHES; i++) {
      tokens.replaceAll(token -> api.refresh(token).text("refresh_token"));
    }

    assertThat(tokens).doesNotContain("").doesNotHaveDuplicates();
    Eventually.within(PUBLISHED, () -> updates("n_tup_upd") >= SESSIONS * REFRESHES);
    // More than that, since each new connection rehearses one.
    assertThat(updates("n_tup_upd - n_tup_hot_upd")).isZero();
  }

  @Test
  void changeNoColumnOfAnIndex() {
    String statement = Plan.statement(RotationDao.class, "rotate");
    String changes = statement.substring(statement.indexOf("SET"), statement.indexOf("FROM"));
    List<String> changed =
        Pattern.compile("(\\w+) = ").matcher(changes).results().map(one -> one.group(1)).toList();
    String indexes =
        SERVICE.value(
            "SELECT string_agg(pg_get_indexdef(indexrelid), ' ') FROM pg_index"
                + " WHERE indrelid = 'session'::regclass");

    assertThat(changed).hasSizeGreaterThanOrEqualTo(6).contains("counter", "idle_expires_at");
    assertThat(Pattern.compile("\\w+").matcher(indexes).results().map(MatchResult::group))
        .contains("ended_at")
        .doesNotContainAnyElementsOf(changed);
  }

  private static int updates(String column) {
    return Integer.parseInt(
        SERVICE.value("SELECT " + column + " FROM pg_stat_user_tables WHERE relname = 'session'"));
  }
}
