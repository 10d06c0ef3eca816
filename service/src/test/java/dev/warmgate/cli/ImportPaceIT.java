package dev.warmgate.cli;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.RunningService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Looks how fast an import is beside a service, and how large its batches are. */
final class ImportPaceIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();

  @RegisterExtension static final Imports IMPORTS = new Imports(DATABASE);

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("database.url", DATABASE);

  private static final String BATCHES =
      "SELECT count(*) || ' ' || max(CAST(details ->> 'created' AS integer)) FROM audit_event"
          + " WHERE event = 'accounts.imported' AND details ->> 'import' ="
          + " (SELECT CAST(id AS text) FROM account_import WHERE source = ?)";

  private final ApiClient api = SERVICE.api();

  @Test
  void keepsToTheRate() throws Exception {
    long began = System.nanoTime();

    CommandRun done = run("limited", 60, "--rate", "30");

    assertThat(done.status()).as(done.toString()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1900));
    assertThat(SERVICE.value(BATCHES, "limited")).as("batches, and the largest").isEqualTo("20 3");
  }

  @Test
  void yieldsToPeopleAndSaysSo() throws Exception {
    assertThat(api.register(newEmail()).status()).isEqualTo(201);
    // The same event a minute ahead, so that it stays recent however slow this machine is.
    int _ =
        SERVICE.sql(
            "INSERT INTO audit_event (occurred_at, event, actor)"
                + " SELECT now() + INTERVAL '1 min', event, actor FROM audit_event ORDER BY id DESC LIMIT 1");

    CommandRun done = run("beside", 1000);

    assertThat(done.err())
        .startsWith("People are using the service: going on with 1,000 records a second while")
        .contains("created: 1000");
    assertThat(SERVICE.value(BATCHES, "beside")).isEqualTo("10 100");
  }

  /** Addresses that are given up later in the same file. */
  @Test
  void settlesWhatWaitsForAnAddressInSmallBatchesToo() {
    List<UUID> leaving = ids(300);
    List<String> addresses = leaving.stream().map(_ -> newEmail()).toList();
    assertThat(take("settled", rows(leaving, addresses)).err()).contains("created: 300");

    CommandRun done =
        take(
            "settled",
            rows(ids(300), addresses)
                + rows(leaving, leaving.stream().map(_ -> newEmail()).toList()));

    assertThat(done.status()).as(done.toString()).isZero();
    assertThat(done.err()).contains("changed: 300, created: 300");
    assertThat(
            SERVICE.value(
                "SELECT max(CAST(details ->> 'created' AS integer)) FROM audit_event"
                    + " WHERE event = 'accounts.imported' AND details ->> 'import' IN"
                    + " (SELECT CAST(id AS text) FROM account_import WHERE source = 'settled')"))
        .as("the largest batch")
        .isEqualTo("100");
  }

  private static List<UUID> ids(int count) {
    return IntStream.range(0, count).mapToObj(_ -> UUID.randomUUID()).toList();
  }

  private static String rows(List<UUID> ids, List<String> addresses) {
    return IntStream.range(0, ids.size())
        .mapToObj(i -> ids.get(i) + "," + addresses.get(i) + "\n")
        .collect(Collectors.joining());
  }

  private static CommandRun take(String name, String rows) {
    return IMPORTS.run(
        "id,email\n" + rows, "--from", "csv", "--source-name", name, "--rate", "1000", "-");
  }

  private static CommandRun run(String name, int accounts, String... more) {
    String rows =
        IntStream.range(0, accounts).mapToObj(_ -> newEmail() + "\n").collect(Collectors.joining());
    List<String> arguments = new ArrayList<>(List.of("--from", "csv", "--source-name", name, "-"));
    arguments.addAll(List.of(more));
    return IMPORTS.run("email\n" + rows, arguments.toArray(String[]::new));
  }
}
