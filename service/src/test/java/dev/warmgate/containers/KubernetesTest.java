package dev.warmgate.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the manifests of Kubernetes to the compose file and to the image. */
final class KubernetesTest {
  private static final String FOLDER = "service/kubernetes/";
  private static final JsonNode COMPOSE =
      Project.yaml("docker-compose.yml").at("/services/service");
  private static final JsonNode KUSTOMIZATION = Project.yaml(FOLDER + "kustomization.yaml");
  private static final JsonNode POD =
      Project.yaml(FOLDER + "deployment.yaml").at("/spec/template/spec");
  private static final JsonNode CONTAINER = POD.at("/containers/0");
  private static final Pattern SECONDS = Pattern.compile("(\\d+)s");
  private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z_]+");

  @Test
  void listsEveryManifest() {
    Set<String> listed = Set.copyOf(Project.texts(KUSTOMIZATION.path("resources")));
    assertThat(Project.file(FOLDER).toFile().list())
        .filteredOn(file -> !file.equals("kustomization.yaml"))
        .containsExactlyInAnyOrderElementsOf(listed);
  }

  @Test
  void givesTheContainerWhatComposeGivesIt() {
    assertThat(COMPOSE.path("read_only").asBoolean()).isTrue();
    JsonNode security = CONTAINER.path("securityContext");
    assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(Project.texts(security.at("/capabilities/drop")))
        .isEqualTo(Project.texts(COMPOSE.path("cap_drop")));
    assertThat(CONTAINER.at("/resources/limits/memory").asText())
        .isEqualTo(COMPOSE.path("mem_limit").asText().replace("m", "Mi"));
    assertThat(CONTAINER.at("/resources/limits/cpu").isMissingNode())
        .as("a limit on processors would stop the hashing threads for parts of a second")
        .isTrue();
    assertThat(POD.at("/volumes/0/emptyDir/sizeLimit").asText()).isEqualTo("64Mi");
    assertThat(Project.texts(COMPOSE.path("tmpfs")))
        .singleElement()
        .asString()
        .startsWith(CONTAINER.at("/volumeMounts/0/mountPath").asText())
        .contains("size=64m");
  }

  @Test
  void runsAsTheUserOfTheImage() {
    String image = Project.text("service/Dockerfile");
    JsonNode security = POD.path("securityContext");
    assertThat(security.path("runAsNonRoot").asBoolean()).isTrue();
    assertThat(image)
        .contains(
            "\nUSER %d:%d\n"
                .formatted(
                    security.path("runAsUser").asInt(), security.path("runAsGroup").asInt()));
    assertThat(POD.path("automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(POD.path("enableServiceLinks").asBoolean(true)).isFalse();
  }

  @Test
  void asksTheSamePortAndHealthCheckAsTheImage() {
    assertThat(Project.text("service/Dockerfile")).contains("/app/bin/healthcheck");
    assertThat(Project.text("service/docker/healthcheck")).contains("${1:-/health-check}");
    assertThat(CONTAINER.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/health-check");
    for (String probe : List.of("startupProbe", "livenessProbe")) {
      assertThat(CONTAINER.at("/" + probe + "/httpGet/path").asText())
          .as("an outage of PostgreSQL must not restart a replica")
          .isEqualTo("/health-check?type=alive");
    }
    int port = CONTAINER.at("/ports/0/containerPort").asInt();
    assertThat(CONTAINER.path("ports")).as("the admin port is not a container's").hasSize(1);
    assertThat(Project.texts(COMPOSE.path("ports"))).anyMatch(one -> one.endsWith(":" + port));
    assertThat(Project.text("service/config/warmgate.yml")).contains("port: ${PORT:-" + port + "}");
  }

  @Test
  void leavesTimeToStopGracefully() {
    int grace = POD.path("terminationGracePeriodSeconds").asInt();
    assertThat(grace).isEqualTo(seconds(COMPOSE.path("stop_grace_period").asText()));
    String configuration = Project.text("service/config/warmgate.yml");
    int inFlight = seconds(configuration.replaceFirst("(?s).*shutdownGracePeriod: (\\w+).*", "$1"));
    assertThat(seconds(settings("SHUTDOWN_WAIT")) + inFlight).isLessThan(grace);
  }

  @Test
  void setsOnlyVariablesThatThereAreAndNoSecret() {
    Set<String> known = variables(Project.text("service/config/warmgate.yml"));
    known.addAll(variables(Project.text("service/docker/warmgate")));
    assertThat(Project.texts(KUSTOMIZATION.at("/configMapGenerator/0/literals")))
        .isNotEmpty()
        .allSatisfy(literal -> assertThat(known).contains(literal.replaceFirst("=.*", "")))
        .noneMatch(literal -> literal.matches("(DATABASE_URL|REDIS_URL|\\w*KEYS|\\w*PASSWORD)=.*"));
    assertThat(CONTAINER.has("command")).as("the image's own command").isFalse();
  }

  /** An empty selector would protect no pod, or balance to none. */
  @Test
  void selectsItsPods() {
    JsonNode labels = Project.yaml(FOLDER + "deployment.yaml").at("/spec/template/metadata/labels");
    assertThat(labels).isNotEmpty();
    for (String selector :
        List.of(
            "deployment.yaml /spec/selector/matchLabels",
            "service.yaml /spec/selector",
            "disruption-budget.yaml /spec/selector/matchLabels",
            "network-policy.yaml /spec/podSelector/matchLabels")) {
      String[] parts = selector.split(" ", 2);
      assertThat(Project.yaml(FOLDER + parts[0]).at(parts[1])).as(selector).isEqualTo(labels);
    }
  }

  @Test
  void letsInNothingButTheApi() {
    JsonNode policy = Project.yaml(FOLDER + "network-policy.yaml").path("spec");
    assertThat(Project.texts(policy.path("policyTypes"))).containsExactly("Ingress", "Egress");
    assertThat(policy.path("ingress")).hasSize(1);
    assertThat(policy.at("/ingress/0/ports"))
        .singleElement()
        .extracting(port -> port.path("port").asText())
        .isEqualTo(CONTAINER.at("/ports/0/name").asText());
  }

  /** A port that is missing here would be found out when a mail or a webhook does not arrive. */
  @Test
  void letsOutWhatTheServiceCalls() {
    JsonNode policy = Project.yaml(FOLDER + "network-policy.yaml").path("spec");
    List<String> ports = new ArrayList<>();
    policy
        .path("egress")
        .forEach(rule ->
            rule.path("ports")
                .forEach(port ->
                    ports.add(
                        port.path("port").asText() + "/" + port.path("protocol").asText("TCP"))));
    assertThat(ports)
        .as("DNS, PostgreSQL and PgBouncer, Redis and Sentinels, HTTPS, mail, telemetry")
        .containsExactlyInAnyOrder(
            "53/UDP",
            "53/TCP",
            "5432/TCP",
            "6432/TCP",
            "6379/TCP",
            "26379/TCP",
            "443/TCP",
            "465/TCP",
            "587/TCP",
            "4318/TCP");
  }

  /** Traffic moves to a replica that is warm, and a node is drained without an outage. */
  @Test
  void keepsReplicasWhileOthersAreReplaced() {
    JsonNode deployment = Project.yaml(FOLDER + "deployment.yaml").path("spec");
    assertThat(deployment.path("replicas").asInt()).isGreaterThan(1);
    assertThat(deployment.at("/strategy/rollingUpdate/maxUnavailable").asInt(1)).isZero();
    assertThat(deployment.at("/strategy/rollingUpdate/maxSurge").asInt()).isPositive();
    assertThat(Project.yaml(FOLDER + "disruption-budget.yaml").at("/spec/maxUnavailable").asInt())
        .isLessThan(deployment.path("replicas").asInt());
    JsonNode startup = CONTAINER.path("startupProbe");
    assertThat(startup.path("periodSeconds").asInt() * startup.path("failureThreshold").asInt())
        .as("a slow start is not killed")
        .isGreaterThanOrEqualTo(90);
  }

  private static String settings(String variable) {
    return Project.texts(KUSTOMIZATION.at("/configMapGenerator/0/literals")).stream()
        .filter(literal -> literal.startsWith(variable + "="))
        .map(literal -> literal.substring(variable.length() + 1))
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> variables(String text) {
    return VARIABLE
        .matcher(text)
        .results()
        .map(found -> found.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static int seconds(String duration) {
    Matcher form = SECONDS.matcher(duration);
    assertThat(form.matches()).as(duration).isTrue();
    return Integer.parseInt(form.group(1));
  }
}
