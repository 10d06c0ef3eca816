package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gives every variable of the delivered configuration values that would break or change YAML. */
final class EnvironmentVariablesTest {
  private static final List<String> ODD =
      List.of(":", "[", "a #b", "'", "%", "]\n  b: c", "::1", "x".repeat(100_000));
  private static final List<String> MORE =
      List.of(
          "]", "{", "}", "#", "\"", "%s", "&a", "*a", "!a", "- a", "a: b", "${HOME}", "${", "[::1]",
          "::1/128", "null", "~", "on");

  private final DeliveredConfiguration delivered = new DeliveredConfiguration();

  static Stream<String> variables() throws Exception {
    return Pattern.compile("\\$\\{(\\w+)")
        .matcher(Files.readString(Path.of("config/warmgate.yml")))
        .results()
        .map(variable -> variable.group(1))
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("variables")
  void countsABlankVariableAsUnset(String variable) throws Exception {
    delivered.environment.remove(variable);
    String unset = delivered.substituted();

    for (String blank : List.of("", " ", "   ", "\t", "\n")) {
      delivered.environment.put(variable, blank);
      assertThat(delivered.substituted()).as("'%s'", blank).isEqualTo(unset);
    }
  }

  @ParameterizedTest
  @MethodSource("variables")
  void takesAValueLiterallyOrNamesItsVariable(String variable) throws Exception {
    for (String value : values(variable)) {
      delivered.environment.put(variable, value);
      if (!isAccepted()) {
        assertThat(delivered.refusal()).as(value).contains(variable).hasSizeLessThan(1000);
      }
    }
  }

  /** Returns all values, or by default a few, others for each variable. */
  private static List<String> values(String variable) {
    if (Boolean.getBoolean("tests.full")) {
      return Stream.concat(ODD.stream(), MORE.stream()).toList();
    }
    List<String> values = new ArrayList<>(ODD);
    Collections.rotate(values, variable.hashCode());
    return values.subList(0, 3);
  }

  private boolean isAccepted() {
    try {
      WarmgateConfiguration configuration = delivered.read();
      for (HttpConnectorFactory connector : connectors(configuration)) {
        assertThat(connector.getBindHost()).isNotBlank();
      }
      return true;
    } catch (Exception refused) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({"::, ::", "::1, ::1", "[::1], [::1]", "' 10.0.0.1 ', 10.0.0.1", "'', 127.0.0.1"})
  void bindsTheAdminPortWhereTheVariableSays(String value, String host) throws Exception {
    delivered.environment.put("ADMIN_BIND_HOST", value);

    assertThat(connectors(delivered.read()).getLast().getBindHost()).isEqualTo(host);
  }

  @ParameterizedTest
  @ValueSource(strings = {"on", "off", "true", "null", "host_name", "admin.example.com."})
  void takesAnyWordForAHost(String word) throws Exception {
    delivered.environment.put("ADMIN_BIND_HOST", word);

    assertThat(connectors(delivered.read()).getLast().getBindHost()).isEqualTo(word);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0x0", "00.0.0.0", "127.1", "2130706433", "1.2.3.4.5"})
  void refusesANumberThatResolversTakeForAnAddress(String number) {
    for (String variable : List.of("BIND_HOST", "ADMIN_BIND_HOST")) {
      delivered.environment.put(variable, number);
      assertThat(delivered.refusal()).contains("bindHost", "(from ", variable);
      delivered.environment.remove(variable);
    }
  }

  @Test
  void refusesOnePortForBothInterfaces() throws Exception {
    delivered.environment.put("PORT", "9000");
    delivered.environment.put("ADMIN_PORT", "9000");
    assertThat(delivered.refusal()).contains("must not be the same (from PORT, ADMIN_PORT)");

    delivered.environment.put("BIND_HOST", "10.0.0.1");
    assertThat(connectors(delivered.read())).hasSize(2);
    delivered.environment.put("ADMIN_BIND_HOST", "::");
    assertThat(delivered.refusal()).contains("PORT, ADMIN_PORT");

    for (String loopback : List.of("::ffff:127.0.0.1", "[::ffff:7f00:1]", "0:0::0", "127.0.0.1")) {
      delivered.environment.put("BIND_HOST", loopback);
      delivered.environment.put("ADMIN_BIND_HOST", "127.0.0.1");
      assertThat(delivered.refusal()).as(loopback).contains("PORT, ADMIN_PORT");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DATABASE_URL, postgres://user:p@hunter2@db/auth",
    "MIGRATION_DATABASE_URL, postgres://user:p@hunter2/x@db/auth",
    "REDIS_URL, redis://:p@hunter2@redis:6379",
    "REDIS_URL, redis://:hunter2#@redis:6379",
  })
  void saysToEncodeAPasswordThatBreaksItsUrl(String variable, String url) {
    delivered.environment.put(variable, url);

    assertThat(delivered.refusal()).contains("percent-encoded", "(from " + variable + ")");
  }

  @Test
  void readsListsOfIpv6Networks() throws Exception {
    delivered.environment.put("TRUSTED_PROXIES", "::1/128, fd00::/8,,10.0.0.0/8 ");

    assertThat(delivered.read().trustedProxies).hasSize(3);
  }

  private static List<HttpConnectorFactory> connectors(WarmgateConfiguration configuration) {
    DefaultServerFactory server = (DefaultServerFactory) configuration.getServerFactory();
    return Stream.of(server.getApplicationConnectors(), server.getAdminConnectors())
        .flatMap(List::stream)
        .map(HttpConnectorFactory.class::cast)
        .toList();
  }
}
