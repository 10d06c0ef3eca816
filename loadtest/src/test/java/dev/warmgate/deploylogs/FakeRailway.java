package dev.warmgate.deploylogs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * A loopback GraphQL server that answers the requests of check-fe-deploy-logs.sh as Railway does.
 */
final class FakeRailway implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** One log line; pages are cut by its timestamp. */
  record Line(String timestamp, String message) {}

  /** A refusal to send before any regular answer. */
  record Refusal(int status, String header, String value) {}

  final List<String> services = new ArrayList<>(List.of("web"));
  private final Deque<String> statuses = new ArrayDeque<>(List.of("SUCCESS"));
  final List<Line> buildLog = new ArrayList<>();
  final List<Line> deployLog = new ArrayList<>();
  final Deque<Refusal> refusals = new ArrayDeque<>();

  /** The server refuses requests that contain this text, this many times. */
  String unknown = "nothing";

  int timesUnknown = Integer.MAX_VALUE;
  final List<JsonNode> asked = new ArrayList<>();
  String failedStep;
  String token = "project-token";
  long delayMillis;
  private final HttpServer server;

  FakeRailway() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  /** Sets the deployment's statuses, one per request; the last one stays. */
  void setStatuses(String... inTurn) {
    statuses.clear();
    statuses.addAll(List.of(inTurn));
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/graphql/v2";
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    JsonNode request = JSON.readTree(exchange.getRequestBody());
    asked.add(request);
    pause();
    boolean isUnknown = request.get("query").asText().contains(unknown) && timesUnknown-- > 0;
    Refusal refusal = isUnknown ? new Refusal(400, null, null) : refusals.poll();
    if (refusal != null) {
      if (refusal.header() != null)
        exchange.getResponseHeaders().set(refusal.header(), refusal.value());
      send(exchange, refusal.status(), "{}");
    } else if (!token.equals(exchange.getRequestHeaders().getFirst("Project-Access-Token"))) {
      send(exchange, 200, "{\"errors\":[{\"message\":\"Not Authorized\"}],\"data\":null}");
    } else {
      ObjectNode answer = JSON.createObjectNode();
      answer.set("data", data(request.get("query").asText(), request.get("variables")));
      send(exchange, 200, answer.toString());
    }
  }

  private ObjectNode data(String query, JsonNode variables) {
    ObjectNode data = JSON.createObjectNode();
    if (query.contains("projectToken")) {
      data.putObject("projectToken").put("projectId", "p1").put("environmentId", "e1");
    } else if (query.contains("project(id")) {
      ObjectNode project = data.putObject("project");
      services.forEach(
          name -> node(project.withObject("/services").withArray("edges"), "id-" + name, name));
      node(project.withObject("/environments").withArray("edges"), "e1", "production");
    } else if (query.contains("deployments(")) {
      ArrayNode edges = data.putObject("deployments").putArray("edges");
      edges.addObject().set("node", deployment("older", "2026-01-01T00:00:00Z", "SUCCESS"));
      edges.addObject().set("node", deployment("newest", "2026-02-01T00:00:00Z", nextStatus()));
    } else if (query.contains("deployment(id")) {
      data.set(
          "deployment",
          deployment(variables.get("id").asText(), "2026-02-01T00:00:00Z", nextStatus()));
    } else if (query.contains("buildLogs(")) {
      data.set("buildLogs", page(buildLog, variables));
    } else if (query.contains("deploymentLogs(")) {
      data.set("deploymentLogs", page(deployLog, variables));
    } else if (query.contains("deploymentEvents(")) {
      ArrayNode edges = data.putObject("deploymentEvents").putArray("edges");
      if (failedStep != null) {
        ObjectNode event = edges.addObject().putObject("node").put("step", failedStep);
        event.putObject("payload").put("error", "the step failed");
      }
    }
    return data;
  }

  private String nextStatus() {
    return statuses.size() > 1 ? statuses.poll() : statuses.peek();
  }

  private static ObjectNode deployment(String id, String created, String status) {
    ObjectNode deployment =
        JSON.createObjectNode().put("id", id).put("status", status).put("createdAt", created);
    deployment.putObject("service").put("name", "web");
    deployment.putObject("environment").put("name", "production");
    return deployment;
  }

  private static void node(ArrayNode edges, String id, String name) {
    edges.addObject().putObject("node").put("id", id).put("name", name);
  }

  /**
   * Returns the last entries up to the end date, as Railway does: oldest first, without a cursor.
   */
  private static ArrayNode page(List<Line> log, JsonNode variables) {
    String end = variables.path("endDate").asText("null");
    List<Line> upToEnd =
        log.stream()
            .filter(line -> end.equals("null") || line.timestamp().compareTo(end) <= 0)
            .sorted(Comparator.comparing(Line::timestamp))
            .toList();
    ArrayNode page = JSON.createArrayNode();
    upToEnd
        .subList(Math.max(0, upToEnd.size() - variables.get("limit").asInt()), upToEnd.size())
        .stream()
        .forEach(line ->
            page.addObject().put("timestamp", line.timestamp()).put("message", line.message()));
    return page;
  }

  private void pause() {
    try {
      Thread.sleep(delayMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
