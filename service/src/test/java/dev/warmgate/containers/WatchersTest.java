package dev.warmgate.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.telemetry.Telemetry;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map.Entry;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the service, the collector, Tempo, Prometheus and Grafana can reach each other. */
final class WatchersTest {
  private static final JsonNode COMPOSE = Project.yaml("docker-compose.yml").path("services");
  private static final JsonNode COLLECTOR = Project.yaml("dashboards/collector/collector.yml");
  private static final JsonNode TEMPO = Project.yaml("dashboards/tempo/tempo.yml");
  private static final JsonNode PROMETHEUS = Project.yaml("dashboards/prometheus/prometheus.yml");
  private static final JsonNode DATASOURCES =
      Project.yaml("dashboards/grafana/provisioning/datasources/datasources.yml");

  @Test
  void theServiceSendsToTheCollector() {
    URI endpoint =
        URI.create(COMPOSE.at("/service/environment/OTEL_EXPORTER_OTLP_ENDPOINT").asText());

    assertThat(endpoint.getHost()).isEqualTo("collector");
    assertThat(COLLECTOR.at("/receivers/otlp/protocols/http/endpoint").asText())
        .isEqualTo("0.0.0.0:" + endpoint.getPort());
    assertShareANetwork("service", "collector");
  }

  @Test
  void theCollectorSendsTracesToTempoAndMetricsToPrometheus() {
    URI tempo = URI.create(COLLECTOR.at("/exporters/otlp_http~1tempo/endpoint").asText());
    URI prometheus = URI.create(COLLECTOR.at("/exporters/otlp_http~1prometheus/endpoint").asText());

    assertThat(tempo.getHost()).isEqualTo("tempo");
    assertThat(TEMPO.at("/distributor/receivers/otlp/protocols/http/endpoint").asText())
        .isEqualTo("0.0.0.0:" + tempo.getPort());
    assertThat(prometheus).isEqualTo(URI.create("http://prometheus:9090/api/v1/otlp"));
    assertThat(Project.texts(COMPOSE.at("/prometheus/command")))
        .contains("--web.enable-otlp-receiver", "--enable-feature=exemplar-storage");
    assertShareANetwork("collector", "tempo");
    assertShareANetwork("collector", "prometheus");
  }

  @Test
  void theCollectorDefinesExactlyWhatItsPipelinesUse() {
    for (String kind : List.of("receivers", "processors", "exporters")) {
      List<String> named = new ArrayList<>();
      COLLECTOR
          .at("/service/pipelines")
          .forEach(pipeline -> named.addAll(Project.texts(pipeline.path(kind))));
      assertThat(COLLECTOR.path(kind).properties())
          .extracting(Entry::getKey)
          .as(kind)
          .hasSameElementsAs(named);
    }
    assertThat(Project.texts(COLLECTOR.at("/service/extensions"))).containsExactly("health_check");
  }

  @Test
  void theBuilderMakesACollectorWithTheSameComponentsFromOneRelease() {
    JsonNode manifest = Project.yaml("dashboards/collector/builder.yml");
    String release =
        Project.text("scripts/telemetry.sh")
            .replaceFirst("(?s).*/collector/cmd/builder@v([\\d.]+)\n.*", "$1");
    for (String kind : List.of("receivers", "processors", "exporters", "extensions")) {
      String suffix = kind.substring(0, kind.length() - 1);
      assertThat(manifest.path(kind))
          .as(kind)
          .extracting(
              module -> module.path("gomod").asText().replaceFirst(".*/(\\w+)" + suffix, "$1"))
          .containsExactlyInAnyOrderElementsOf(
              COLLECTOR.path(kind).properties().stream()
                  .map(used -> used.getKey().replaceFirst("/.*", "").replace("_", ""))
                  .distinct()
                  .map(used -> used + " v" + release)
                  .toList());
    }
    // Prometheus 3.14.0 is the module's v0.314.0.
    assertThat(Project.text("scripts/telemetry.sh"))
        .contains(
            "/prometheus@v0."
                + version("docker-compose.yml", "prom/prometheus:v").replaceFirst("\\.", "")
                + "\n");
  }

  private static String version(String file, String image) {
    return Project.text(file).replaceFirst("(?s).*" + image + "([\\d.]+)@.*", "$1");
  }

  @Test
  void slowAndFailedTracesAndExemplarsAreKeptAndTheRestIsSampled() {
    JsonNode policies = COLLECTOR.at("/processors/tail_sampling/policies");

    assertThat(policies)
        .extracting(policy -> policy.path("name").asText(), policy -> policy.path("type").asText())
        .containsExactly(
            tuple("failed", "and"),
            tuple("slow", "and"),
            tuple("exemplar", "and"),
            tuple("refused", "and"),
            tuple("rest", "and"));
    // The marks of the service decide, not what clients can bring about.
    assertThat(policies)
        .extracting(policy -> policy.at("/and/and_sub_policy/0").toString())
        .satisfiesExactly(
            failed -> assertThat(failed).contains(Telemetry.FAILURE.getKey()),
            slow -> assertThat(slow).contains(Telemetry.SLOW.getKey()),
            exemplar -> assertThat(exemplar).contains(Telemetry.EXEMPLAR.getKey()),
            refused -> assertThat(refused).contains(Telemetry.REFUSAL.getKey()),
            rest -> assertThat(rest).contains("not", Telemetry.REFUSAL.getKey()));
    assertThat(policies)
        .allSatisfy(policy -> {
          JsonNode steps = policy.at("/and/and_sub_policy");
          assertThat(steps.path(steps.size() - 1).path("type").asText())
              .as(policy.path("name").asText() + " has a ceiling")
              .isEqualTo("rate_limiting");
        });
    assertThat(policies.path(3).findPath("probabilistic").path("hash_salt").asText())
        .isEqualTo("${env:SAMPLING_SALT}");
    assertThat(Project.texts(COLLECTOR.at("/service/pipelines/metrics/processors")))
        .doesNotContain("tail_sampling");
  }

  @Test
  void healthChecksUseTheConfiguredPorts() {
    assertThat(COLLECTOR.at("/extensions/health_check/endpoint").asText())
        .isEqualTo(healthCheckUrl("collector").getAuthority());
    assertThat(Project.text("dashboards/collector/Dockerfile")).contains(" /wget\n");
    // The port of Tempo's own health check.
    assertThat(TEMPO.at("/server/http_listen_port").asInt()).isEqualTo(3200);
    assertThat(healthCheckUrl("prometheus").getPort()).isEqualTo(9090);
    assertThat(healthCheckUrl("grafana").getPort()).isEqualTo(3000);
  }

  @Test
  void prometheusScrapesTheCollector() {
    int port =
        COLLECTOR.at("/service/telemetry/metrics/readers/0/pull/exporter/prometheus/port").asInt();

    assertThat(Project.texts(PROMETHEUS.at("/scrape_configs/0/static_configs/0/targets")))
        .containsExactly("collector:" + port);
  }

  @Test
  void grafanaNamesItsDataSourcesAsTheDashboardsDo() {
    assertThat(DATASOURCES.path("datasources"))
        .extracting(
            source -> source.path("uid").asText(),
            source -> source.path("type").asText(),
            source -> source.path("url").asText())
        .containsExactly(
            tuple("prometheus", "prometheus", "http://prometheus:9090"),
            tuple("tempo", "tempo", "http://tempo:3200"));
    assertThat(
            DATASOURCES
                .at("/datasources/0/jsonData/exemplarTraceIdDestinations/0/datasourceUid")
                .asText())
        .isEqualTo("tempo");
    assertShareANetwork("grafana", "prometheus");
    assertShareANetwork("grafana", "tempo");
  }

  @Test
  void grafanaFindsTheDashboardsWhereTheyAreMounted() {
    String path =
        Project.yaml("dashboards/grafana/provisioning/dashboards/dashboards.yml")
            .at("/providers/0/options/path")
            .asText();

    assertThat(Project.texts(COMPOSE.at("/grafana/volumes")))
        .contains("./dashboards/grafana:" + path + ":ro");
  }

  private static URI healthCheckUrl(String service) {
    return URI.create(Project.texts(COMPOSE.path(service).at("/healthcheck/test")).getLast());
  }

  private static void assertShareANetwork(String one, String other) {
    List<String> networks = Project.networks(COMPOSE.path(other));
    Stream<String> shared = Project.networks(COMPOSE.path(one)).stream().filter(networks::contains);
    assertThat(shared).as(one + " and " + other).isNotEmpty();
  }
}
