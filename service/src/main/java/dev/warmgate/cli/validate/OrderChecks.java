package dev.warmgate.cli.validate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Compares what middleware-status reports with its own copy of the filter order. */
final class OrderChecks {
  static final String PATH = "/api/v1/auth/middleware-status";
  private static final double LIMIT = 100;
  private static final int TIMES = 50;
  private static final List<String> LIGHT =
      List.of("request-id", "fast-lane", "rate-limit", "authentication");
  private static final List<String> HEAVY = List.of("access-control", "ssrf-protection");
  private static final List<String> ORDER =
      List.of(
          "request-id",
          "fast-lane",
          "rate-limit",
          "authentication",
          "access-control",
          "ssrf-protection");

  private final Deployment service;
  private final double roundTrip;

  OrderChecks(Deployment service, double roundTrip) {
    this.service = service;
    this.roundTrip = roundTrip;
  }

  Finding order() {
    JsonNode status = status().body();
    List<String> faults = new ArrayList<>();
    for (String view : List.of("declared", "registered", "observed")) {
      List<String> names = names(status.path(view));
      if (!names.equals(ORDER)) {
        faults.add(view + " " + Reply.printable(names.toString()));
      }
    }
    if (!isAscending(status.path("registered"), "priority")
        || !isAscending(status.path("observed"), "order")) {
      faults.add("the numbers do not ascend");
    }
    if (!status.path("in_order").asBoolean()) {
      faults.add("in_order is false");
    }
    String target = "the six, in their order";
    return faults.isEmpty()
        ? Finding.pass("filter order", "declared, registered and observed alike", target)
        : Finding.fail(
            "filter order",
            String.join("; ", faults),
            target,
            "This build runs its filters in another order: roll back, and run its tests.");
  }

  Finding bypasses() {
    JsonNode status = status().body();
    List<String> faults = new ArrayList<>();
    if (!status.path("fastpath_active").asBoolean()) {
      faults.add("the fast lane is off");
    }
    for (JsonNode entry : status.path("observed")) {
      String name = entry.path("name").asText();
      String wanted = HEAVY.contains(name) ? "bypassed" : "passed";
      if (!entry.path("outcome").asText().equals(wanted)) {
        faults.add(Reply.printable(name) + " not " + wanted);
      }
    }
    for (String name : HEAVY) {
      if (!status.at("/bypasses/" + name.replace('-', '_') + "_bypassed").asBoolean()) {
        faults.add("bypasses does not list " + name);
      }
      if (count(status, "fast", name, "passed") > 0) {
        faults.add("the ledger has " + name + " on the fast lane");
      }
    }
    String target = "the two heavy filters, no other";
    return faults.isEmpty()
        ? Finding.pass("filter bypasses", "access-control, ssrf-protection", target)
        : Finding.fail(
            "filter bypasses",
            String.join("; ", faults),
            target,
            "Set FAST_LANE=on (or remove the variable) and deploy again; if it is on, roll back.");
  }

  /**
   * The bypass of a heavy filter on the fast lane proves something only if the filter runs on the
   * full lane.
   */
  Finding control() {
    JsonNode status = status().body();
    String check = "full lane as control";
    long requests = status.at("/ledger/full/requests").asLong();
    if (requests == 0) {
      return Finding.skip(
          check, "no request took the full lane yet; with logins this command sends one.");
    }
    List<String> faults = new ArrayList<>();
    for (String name : ORDER) {
      if (count(status, "full", name, "bypassed") > 0) {
        faults.add(name + " was bypassed");
      }
    }
    for (String name : LIGHT) {
      if (count(status, "full", name, "passed") == 0) {
        faults.add(name + " never passed");
      }
    }
    boolean heavySeen = HEAVY.stream().allMatch(name -> count(status, "full", name, "passed") > 0);
    if (faults.isEmpty() && !heavySeen) {
      return Finding.skip(check, "no signed-in request took the full lane yet.");
    }
    String target = "every filter runs";
    return faults.isEmpty()
        ? Finding.pass(check, "every filter ran (requests: %d)".formatted(requests), target)
        : Finding.fail(
            check,
            String.join("; ", faults),
            target,
            "Requests skip filters that must check them: roll back.");
  }

  Finding latency() {
    double[] millis = new double[TIMES];
    for (int i = 0; i < TIMES; i++) {
      millis[i] = status().millis();
    }
    Samples samples = new Samples(millis);
    return Finding.below(
        LIMIT,
        RoundTrips.subtract(samples.p95(), 1, roundTrip),
        "middleware-status",
        RoundTrips.figure(samples, 1, roundTrip),
        "Look at the CPU share of the service: this endpoint reads memory only.");
  }

  private Reply status() {
    Reply status = service.get(PATH);
    if (!status.isOk()) {
      throw new ProbeFailure(PATH + " " + status.description());
    }
    if (!status.body().path("observed").isArray() || !status.body().path("ledger").isObject()) {
      throw new ProbeFailure(PATH + " answered JSON that is not Warmgate's");
    }
    return status;
  }

  private static List<String> names(JsonNode entries) {
    return stream(entries).map(entry -> entry.path("name").asText()).toList();
  }

  private static boolean isAscending(JsonNode entries, String field) {
    List<Integer> numbers = stream(entries).map(entry -> entry.path(field).asInt(-1)).toList();
    return numbers.equals(numbers.stream().distinct().sorted().toList());
  }

  private static Stream<JsonNode> stream(JsonNode entries) {
    return StreamSupport.stream(entries.spliterator(), false);
  }

  private static long count(JsonNode status, String lane, String filter, String outcome) {
    return status.path("ledger").path(lane).path("filters").path(filter).path(outcome).asLong();
  }
}
