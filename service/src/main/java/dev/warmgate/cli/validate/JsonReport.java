package dev.warmgate.cli.validate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes the report as JSON. */
final class JsonReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonReport() {}

  static String of(ValidationReport report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("url", report.base().toString());
    root.put("ready", report.ready());
    root.put("summary", report.summary());
    root.put("round_trip_ms", Math.round(report.roundTrip() * 1000) / 1000.0);
    ArrayNode checks = root.putArray("checks");
    for (Finding finding : report.findings()) {
      checks
          .addObject()
          .put("check", finding.check())
          .put("outcome", finding.outcome().word())
          .put("figure", finding.figure())
          .put("target", finding.target())
          .put("advice", finding.advice());
    }
    return written(root);
  }

  /** For an address that is unreachable or not Warmgate. */
  static String of(String url, String reason) {
    ObjectNode root = JSON.createObjectNode();
    root.put("url", url).put("ready", false).put("summary", reason).putArray("checks");
    return written(root);
  }

  private static String written(ObjectNode root) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
