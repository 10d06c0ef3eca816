package dev.warmgate.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.network.Cidr;
import dev.warmgate.observatory.ObservatoryConfiguration;
import io.dropwizard.jersey.validation.Validators;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Map.Entry;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ComposeFileTest {
  private static final JsonNode COMPOSE = Project.yaml("docker-compose.yml");
  private static final Pattern PINNED =
      Pattern.compile("[a-z0-9./-]+:v?\\d+\\.\\d+(\\.\\d+)*[\\w.-]*@sha256:[0-9a-f]{64}");
  private static final Pattern VARIABLE = Pattern.compile("(?<!\\$)\\$\\{(\\w+)([^}]*)}");
  private static final Pattern AGENT = Pattern.compile("AGENT|OTEL_\\w+|DEPLOYMENT_ENVIRONMENT");
  private static final Pattern SECRET =
      Pattern.compile(".*(PASSWORD|SECRET|SALT|KEY|AUTH|TOKEN)(?!_MIN|_BREACH|S_RESOURCES).*");

  @Test
  void definesTheServiceItsDatabasesAndItsMonitoring() {
    assertThat(Project.services().stream().map(Entry::getKey))
        .containsExactlyInAnyOrder(
            "postgres",
            "redis",
            "service",
            "mailpit",
            "collector",
            "tempo",
            "prometheus",
            "grafana");
  }

  @Test
  void givesNoContainerMorePrivilegesThanItNeeds() {
    for (Entry<String, JsonNode> service : Project.services()) {
      JsonNode settings = service.getValue();
      assertThat(settings.path("read_only").asBoolean()).as(service.getKey()).isTrue();
      assertThat(Project.texts(settings.path("cap_drop"))).as(service.getKey()).containsOnly("ALL");
      assertThat(settings.has("cap_add")).as(service.getKey()).isFalse();
      assertThat(settings.has("privileged")).as(service.getKey()).isFalse();
      assertThat(Project.texts(settings.path("security_opt")))
          .as(service.getKey())
          .contains("no-new-privileges:true");
      assertThat(user(settings)).as(service.getKey()).matches("[1-9]\\d*:\\d+");
      assertThat(settings.path("mem_limit").asText()).as(service.getKey()).matches("\\d+m");
      assertThat(settings.path("pids_limit").asInt()).as(service.getKey()).isPositive();
    }
  }

  @Test
  void catchesMailsInDevelopmentOnly() {
    assertThat(Project.texts(COMPOSE.at("/services/mailpit/profiles"))).containsOnly("development");
    assertThat(inNetwork("mail")).containsExactlyInAnyOrder("mailpit", "service");
  }

  @Test
  void pinsTheVersionAndTheDigestOfEveryImage() {
    for (Entry<String, JsonNode> service : Project.services()) {
      List<String> images =
          service.getValue().has("image")
              ? List.of(service.getValue().path("image").asText())
              : Dockerfile.images(Project.dockerfile(service.getValue()));
      assertThat(images).as(service.getKey()).isNotEmpty().allMatch(PINNED.asMatchPredicate());
    }
  }

  @Test
  void publishesPortsOnLoopbackOnlyAndIsolatesTheDatabases() {
    for (Entry<String, JsonNode> service : Project.services()) {
      assertThat(Project.texts(service.getValue().path("ports")))
          .as(service.getKey())
          .allMatch(port -> port.startsWith("127.0.0.1:"));
      assertThat(service.getValue().has("network_mode")).as(service.getKey()).isFalse();
    }
    assertThat(COMPOSE.at("/networks/data/internal").asBoolean()).isTrue();
    assertThat(inNetwork("data")).containsExactlyInAnyOrder("postgres", "redis", "service");
    assertThat(Project.texts(COMPOSE.at("/services/postgres/networks"))).containsExactly("data");
    assertThat(Project.texts(COMPOSE.at("/services/redis/networks"))).containsExactly("data");
  }

  /** The admin port has no login, and other containers share networks with the service. */
  @Test
  void bindsTheAdminPortWhereOnlyTheHostReachesIt() {
    JsonNode networks = COMPOSE.at("/services/service/networks");
    String address = networks.at("/admin/ipv4_address").asText();
    String subnet = COMPOSE.at("/networks/admin/ipam/config/0/subnet").asText();

    assertThat(inNetwork("admin")).containsExactly("service");
    assertThat(COMPOSE.at("/services/service/environment/ADMIN_BIND_HOST").asText())
        .isEqualTo(address);
    assertThat(
            Cidr.parse(usual("ADMIN_SUBNET", subnet))
                .contains(InetAddress.ofLiteral(usual("ADMIN_ADDRESS", address))))
        .isTrue();
    assertThat(networks.properties().stream().map(Entry::getKey).sorted().findFirst())
        .as("Docker publishes ports to the first one")
        .contains("admin");
  }

  @Test
  void evictsCountersOfWrongPasswordsLast() {
    assertThat(Project.texts(COMPOSE.at("/services/redis/command")).getLast())
        .contains("maxmemory-policy volatile-ttl");
  }

  @Test
  void startsServicesAfterTheirDependenciesAreHealthy() {
    for (Entry<String, JsonNode> service : Project.services()) {
      JsonNode settings = service.getValue();
      assertThat(
              settings.path("healthcheck").has("test")
                  || Project.dockerfile(settings).contains("\nHEALTHCHECK "))
          .as(service.getKey())
          .isTrue();
      for (Entry<String, JsonNode> needed : settings.path("depends_on").properties()) {
        assertThat(COMPOSE.path("services").has(needed.getKey())).as(needed.getKey()).isTrue();
        assertThat(needed.getValue().path("condition").asText()).isEqualTo("service_healthy");
      }
    }
    assertThat(COMPOSE.at("/services/service/depends_on").properties())
        .extracting(Entry::getKey)
        .as("what the service needs; it must start without what watches it")
        .containsExactlyInAnyOrder("postgres", "redis");
    assertThat(COMPOSE.at("/services/collector").has("depends_on")).isFalse();
  }

  @Test
  void leavesTheProcessorsToTheServiceAndItsDatabase() {
    for (Entry<String, JsonNode> service : Project.services()) {
      boolean limited = !Set.of("service", "postgres").contains(service.getKey());
      assertThat(service.getValue().path("cpus").asDouble(99) <= 1)
          .as(service.getKey())
          .isEqualTo(limited);
    }
  }

  @Test
  void givesTheServiceARoleThatIsNoSuperuser() {
    JsonNode postgres = COMPOSE.at("/services/postgres");
    String role =
        URI.create(
                COMPOSE
                    .at("/services/service/environment/DATABASE_URL")
                    .asText()
                    .replaceAll("\\$\\{[^}]*}", "secret"))
            .getUserInfo()
            .replaceAll(":.*", "");

    assertThat(role).isEqualTo("warmgate");
    assertThat(postgres.at("/environment/POSTGRES_USER").asText("postgres")).isNotEqualTo(role);
    assertThat(Project.texts(postgres.path("volumes")))
        .anyMatch(mount -> mount.contains(":/docker-entrypoint-initdb.d/"));
    assertThat(Project.text("service/docker/create-role.sh"))
        .contains("CREATE ROLE " + role + " LOGIN PASSWORD")
        .doesNotContainIgnoringCase(" superuser ");
  }

  @Test
  void mountsExistingFilesReadOnly() {
    Set<String> volumes = new TreeSet<>();
    for (Entry<String, JsonNode> service : Project.services()) {
      for (String mount : Project.texts(service.getValue().path("volumes"))) {
        String source = mount.substring(0, mount.indexOf(':'));
        if (source.startsWith(".")) {
          assertThat(Files.exists(Project.file(source))).as(mount).isTrue();
          assertThat(mount).endsWith(":ro");
        } else {
          volumes.add(source);
        }
      }
    }
    assertThat(COMPOSE.path("volumes").properties())
        .extracting(Entry::getKey)
        .containsExactlyInAnyOrderElementsOf(volumes);
  }

  @Test
  void hasNoDefaultForASecret() {
    List<MatchResult> variables =
        VARIABLE.matcher(Project.text("docker-compose.yml")).results().toList();
    for (MatchResult variable : variables) {
      boolean secret = SECRET.matcher(variable.group(1)).matches();
      assertThat(variable.group(2))
          .as(variable.group(1))
          .startsWith(secret || variable.group(1).equals("WARMGATE_ISSUER") ? ":?" : ":-");
    }
    assertThat(variables)
        .extracting(variable -> variable.group(1))
        .contains(
            "POSTGRES_PASSWORD",
            "POSTGRES_SUPERUSER_PASSWORD",
            "SAMPLING_SALT",
            "REDIS_PASSWORD",
            "WARMGATE_KEY_ENCRYPTION_KEYS",
            "WARMGATE_REFRESH_KEYS",
            "GRAFANA_ADMIN_PASSWORD");
    for (Entry<String, JsonNode> service : Project.services()) {
      Project.members(service.getValue().path("environment"))
          .filter(variable -> SECRET.matcher(variable.getKey()).matches())
          .forEach(
              variable -> assertThat(variable.getValue()).as(variable.getKey()).startsWith("${"));
    }
  }

  @Test
  void setsOnlyVariablesThatTheConfigurationReads() {
    JsonNode environment = COMPOSE.at("/services/service/environment");
    List<String> known =
        VARIABLE
            .matcher(Project.text("service/config/warmgate.yml"))
            .results()
            .map(variable -> variable.group(1))
            .toList();

    assertThat(environment.properties())
        .extracting(Entry::getKey)
        .contains(
            "DATABASE_URL",
            "REDIS_URL",
            "WARMGATE_ISSUER",
            "WARMGATE_KEY_ENCRYPTION_KEYS",
            "WARMGATE_REFRESH_KEYS")
        .allMatch(name -> known.contains(name) || AGENT.matcher(name).matches());
    String traceUrl =
        environment.path("OBSERVATORY_TRACE_URL").asText().replace("${GRAFANA_PORT:-3000}", "3000");
    assertThat(Validators.newValidator().validate(new ObservatoryConfiguration(traceUrl)))
        .isEmpty();
    assertThat(URI.create(traceUrl.replace("{trace_id}", "0af7651916cd43dd8448eb211c80319c")))
        .hasHost("127.0.0.1");
  }

  @Test
  void passesOnEveryVariableAboutMailAndRegistration() {
    JsonNode configuration = Project.yaml("service/config/warmgate.yml");
    Set<String> wanted =
        Stream.of("mail", "registration", "proofs")
            .flatMap(section -> VARIABLE.matcher(configuration.path(section).toString()).results())
            .map(variable -> variable.group(1))
            .collect(Collectors.toSet());

    assertThat(wanted).contains("SMTP_URL", "REGISTRATION_MODE", "REDIRECT_URLS");
    JsonNode environment = COMPOSE.at("/services/service/environment");
    for (String name : wanted) {
      assertThat(environment.path(name).asText()).as(name).startsWith("${" + name + ":-");
    }
  }

  @Test
  void defaultsToProductionMode() {
    assertThat(COMPOSE.at("/services/service/environment/WARMGATE_MODE").asText())
        .isEqualTo("${WARMGATE_MODE:-production}");
  }

  /** Returns the default of a value that the variable replaces. */
  private static String usual(String variable, String value) {
    assertThat(value).startsWith("${" + variable + ":-").endsWith("}");
    return value.substring(variable.length() + 4, value.length() - 1);
  }

  private static String user(JsonNode service) {
    return service.has("user")
        ? service.path("user").asText()
        : Dockerfile.user(Project.dockerfile(service));
  }

  private static Set<String> inNetwork(String name) {
    return Project.services().stream()
        .filter(service -> Project.networks(service.getValue()).contains(name))
        .map(Entry::getKey)
        .collect(Collectors.toSet());
  }
}
