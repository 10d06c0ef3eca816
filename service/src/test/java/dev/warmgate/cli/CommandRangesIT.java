package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Checks that a value at or beyond the limits of PostgreSQL's types, in any argument of a command,
 * is used or refused in words of the command, and never reaches the operator as an SQL error.
 */
final class CommandRangesIT {
  private static final String LONG = "9".repeat(300);
  private static final String ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

  /** An argument of a command; {@code VALUE} in the line stands for each of the values. */
  record Row(String line, List<String> values) {
    static Row of(String line, String... values) {
      return new Row(line, List.of(values));
    }

    @Override
    public String toString() {
      return line;
    }
  }

  private static final List<Row> ROWS =
      List.of(
          Row.of(
              "service-key create --name x --scope performance --expires VALUE",
              "",
              "0s",
              "-1d",
              "1.5d",
              "200000000d",
              "36501d",
              "106751991167d",
              "9223372036854775807d",
              LONG + "d"),
          Row.of(
              "service-key create --scope performance --name VALUE",
              "",
              " ",
              "x".repeat(61),
              "two\nlines",
              "a\u001b[2J",
              "\u202egnp"),
          Row.of("service-key create --name x --scope VALUE", "", LONG),
          Row.of("service-key revoke VALUE", "1", LONG, ID),
          Row.of("keys retire VALUE", "", LONG, "two\nlines"),
          Row.of("admin create --password-stdin --email VALUE", "", LONG + "@example.com"),
          Row.of("admin demote --email VALUE", LONG + "@example.com", "x@example.com"),
          Row.of("admin promote --yes --account VALUE", "1", LONG, ID),
          Row.of("validate --url VALUE", "", "http://", "http://host:99999999999", LONG),
          Row.of("validate --url http://host --timeout VALUE", "", "0", "301", "2147483648", LONG));

  /** Arguments without a value that could be out of range. */
  private static final Set<String> OTHERS =
      Set.of(
          "--config",
          "--help",
          "--json",
          "--junit",
          "--no-login",
          "--password-stdin",
          "--promote",
          "--service-key-file",
          "--yes");

  @TempDir private static Path directory;

  private static String configuration;

  @BeforeAll
  static void configure() throws Exception {
    configuration = CommandConfiguration.in(directory, Dependencies.newDatabaseUrl());
  }

  @ParameterizedTest
  @FieldSource("ROWS")
  void isRefusedInTheCommandsWords(Row row) {
    for (String value : row.values()) {
      CommandRun ended = run(row.line(), value);

      assertThat(ended.status()).as("%s: %s", value, ended).isIn(1, 64);
      assertThat(ended.out()).as("%s: %s", value, ended).isEmpty();
      assertThat(ended.err())
          .as("%s: %s", value, ended)
          .isNotBlank()
          .doesNotContain("ERROR:", "SQL", "Exception", "did not start", "\tat ", "\u001b");
    }
  }

  @Test
  void saysWhyTheDatabaseIsUnavailable(@TempDir Path another) throws Exception {
    String url = "postgres://u:hunter2@127.0.0.1:" + Dependencies.freePort() + "/x";
    String file = CommandConfiguration.in(another, url);
    for (CommandRun ended :
        List.of(
            CommandRun.keys("keys", "--config", file, "list"),
            CommandRun.serviceKey("service-key", "--config", file, "list"))) {
      assertThat(ended.status()).isEqualTo(1);
      assertThat(ended.err())
          .matches("warmgate \\S+: Connection refused \\(see database.url, DATABASE_URL\\)\n");
    }
  }

  @Test
  void isAcceptedUpToTheLimits() {
    for (String longest : List.of("1s", "36500d")) {
      CommandRun made =
          run("service-key create --name x --scope performance --expires VALUE", longest);

      assertThat(made.status()).as(made.err()).isZero();
    }
    assertThat(run("service-key create --scope performance --name VALUE", "ü".repeat(60)).status())
        .isZero();
    CommandRun listed = run("service-key VALUE", "list");
    assertThat(listed.status()).as(listed.err()).isZero();
    assertThat(listed.out().lines()).hasSize(4);
  }

  /** A new argument has to be added to the table. */
  @Test
  void isCheckedForEveryArgument() {
    Set<String> declared = new TreeSet<>(OTHERS);
    Set<String> found = new TreeSet<>();
    Set.of("service-key create", "admin create", "admin demote", "admin promote", "validate")
        .forEach(command -> found.addAll(options(run(command + " VALUE", "--help").out())));
    ROWS.forEach(row -> declared.addAll(options(row.line())));

    assertThat(declared).containsAll(found);
  }

  private static Set<String> options(String text) {
    return Pattern.compile("--[a-z-]+")
        .matcher(text)
        .results()
        .map(option -> option.group())
        .collect(Collectors.toSet());
  }

  private static CommandRun run(String line, String value) {
    List<String> words =
        Arrays.stream(line.split(" ", -1))
            .map(word -> word.equals("VALUE") ? value : word)
            .toList();
    String command = words.getFirst();
    String[] arguments =
        Stream.of(
                Stream.of(command),
                command.equals("validate")
                    ? Stream.<String>of()
                    : Stream.of("--config", configuration),
                words.stream().skip(1))
            .flatMap(each -> each)
            .toArray(String[]::new);
    return switch (command) {
      case "admin" -> CommandRun.admin(ApiClient.PASSWORD + "\n", arguments);
      case "keys" -> CommandRun.keys(arguments);
      case "validate" -> CommandRun.validate(arguments);
      default -> CommandRun.serviceKey(arguments);
    };
  }
}
