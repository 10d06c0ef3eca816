package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.breaker.Breaker;
import dev.warmgate.connector.ClientsConfiguration;
import dev.warmgate.connector.ConnectionsConfiguration;
import dev.warmgate.database.Database;
import dev.warmgate.database.DatabaseConfiguration;
import dev.warmgate.database.DatabaseUrl;
import dev.warmgate.factor.FactorDao;
import dev.warmgate.mail.MailConfiguration;
import dev.warmgate.mail.MailDispatcher;
import dev.warmgate.outbound.OutboundClient;
import dev.warmgate.page.PageLimit;
import dev.warmgate.password.BreachCheck;
import dev.warmgate.password.HashingConfiguration;
import dev.warmgate.password.HashingGate;
import dev.warmgate.password.LoginConfiguration;
import dev.warmgate.password.Password;
import dev.warmgate.proof.Codes;
import dev.warmgate.ratelimit.InFlight;
import dev.warmgate.redis.Redis;
import dev.warmgate.redis.RedisConfiguration;
import dev.warmgate.redis.RedisUrl;
import dev.warmgate.session.SecondStepService;
import dev.warmgate.session.SessionsConfiguration;
import dev.warmgate.webhook.WebhookDispatcher;
import dev.warmgate.webhook.WebhookService;
import dev.warmgate.webhook.WebhooksConfiguration;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.Test;

/** Checks the table of limits in configuration.md against the configuration and the code. */
final class LimitsTableTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\|[^|\n]*\\| `(?<key>[^`|]+)` \\| `(?<value>[^`|]+)` \\|");

  private static final Map<String, Record> DEFAULTS =
      Map.of(
          "database",
          DatabaseConfiguration.defaults(DatabaseUrl.parse("postgres://u:p@h/d")),
          "redis",
          RedisConfiguration.defaults(new RedisUrl("redis://h")),
          "hashing",
          HashingConfiguration.defaults(),
          "login",
          LoginConfiguration.defaults(),
          "clients",
          ClientsConfiguration.defaults(),
          "connections",
          ConnectionsConfiguration.defaults(),
          "sessions",
          SessionsConfiguration.defaults(),
          "webhooks",
          WebhooksConfiguration.defaults(),
          "mail",
          MailConfiguration.defaults());

  private static final Map<String, String> CONSTANTS_IN =
      Stream.of(
              Database.class,
              Redis.class,
              Breaker.class,
              BreachCheck.class,
              HashingGate.class,
              InFlight.class,
              PageLimit.class,
              ClientsConfiguration.class,
              ConnectionsConfiguration.class,
              StrictJson.class,
              EmailAddress.class,
              Password.class,
              OutboundClient.class,
              MailDispatcher.class,
              Codes.class,
              FactorDao.class,
              SecondStepService.class,
              WebhookDispatcher.class,
              WebhookService.class)
          .collect(Collectors.toMap(Class::getSimpleName, Class::getName));

  private final JsonNode yaml = new YAMLMapper().readTree(fileWithItsDefaults());
  private final List<MatchResult> rows = ROW.matcher(table()).results().toList();

  LimitsTableTest() throws Exception {}

  @Test
  void listsEveryLimitWithItsActualValue() throws Exception {
    assertThat(rows).hasSizeGreaterThanOrEqualTo(16);
    for (MatchResult row : rows) {
      String key = row.group("key");
      assertThat(normalised(row.group("value"))).as(key).isEqualTo(normalised(actual(key)));
    }
  }

  @Test
  void leavesThreadsForRequestsThatNeedNeitherHashNorConnection() throws Exception {
    int threads = Integer.parseInt(actual("server.maxThreads"));

    assertThat(threads).isGreaterThanOrEqualTo(2 * HashingGate.MOST_ADMITTED);
    assertThat(threads)
        .isGreaterThan(
            HashingGate.MOST_ADMITTED
                + InFlight.MOST_WAITING
                + BreachCheck.MOST_CALLS
                + Integer.parseInt(actual("database.max_waiting"))
                + Integer.parseInt(actual("database.pool_size")));
    assertThat(threads)
        .isGreaterThan(
            2
                * (Integer.parseInt(actual("database.max_waiting"))
                    + Integer.parseInt(actual("database.pool_size"))));
  }

  private static String fileWithItsDefaults() throws Exception {
    return Files.readString(Path.of("config/warmgate.yml"))
        .replaceAll("\\$\\{[A-Z_]+:-([^}]*)}", "$1");
  }

  private static String table() throws Exception {
    String page = Files.readString(Path.of("docs/configuration.md"));
    int begin = page.indexOf("## Limits");
    return page.substring(begin, page.indexOf("\n\n", page.indexOf("|---|", begin)));
  }

  private String actual(String key) throws Exception {
    if (key.startsWith("-X")) {
      return Files.readAllLines(Path.of("config/jvm.options")).stream()
          .filter(flag -> flag.startsWith(key))
          .map(flag -> flag.substring(key.length()))
          .findFirst()
          .orElseThrow();
    }
    String[] parts = key.split("\\.", 2);
    if (CONSTANTS_IN.containsKey(parts[0])) {
      Field constant = Class.forName(CONSTANTS_IN.get(parts[0])).getDeclaredField(parts[1]);
      constant.setAccessible(true);
      return switch (constant.get(null)) {
        case java.time.Duration time -> time.toMillis() + "ms";
        case Timeout time -> time.toMilliseconds() + "ms";
        case Object other -> String.valueOf(other);
      };
    }
    JsonNode inFile = yaml.at("/" + key.replaceAll("[.\\[]", "/").replace("]", ""));
    if (!inFile.isMissingNode()) {
      return inFile.asText();
    }
    Record defaults = DEFAULTS.get(parts[0]);
    for (RecordComponent component : defaults.getClass().getRecordComponents()) {
      if (new PropertyNamingStrategies.SnakeCaseStrategy()
          .translate(component.getName())
          .equals(parts[1])) {
        return String.valueOf(component.getAccessor().invoke(defaults));
      }
    }
    throw new AssertionError("there is no " + key);
  }

  /** Makes 750ms equal to 750 milliseconds, and 8KiB equal to 8192. */
  private static Object normalised(String value) {
    if (value.matches(".*(s|seconds?)")) {
      return Duration.parse(value).toNanoseconds();
    }
    return value.matches("\\d+KiB") ? DataSize.parse(value).toBytes() : value;
  }
}
