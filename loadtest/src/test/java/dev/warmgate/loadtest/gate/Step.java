package dev.warmgate.loadtest.gate;

import io.gatling.http.response.Response;
import java.util.concurrent.ThreadLocalRandom;

/** One request of a virtual user, with its own trace id. */
final class Step {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  private final String traceId;
  private final long began = System.nanoTime();
  private final int expected;
  private int status;
  private String body = "";

  Step(int expected) {
    this.expected = expected;
    ThreadLocalRandom random = ThreadLocalRandom.current();
    traceId = "%016x%016x".formatted(random.nextLong() | 1, random.nextLong());
  }

  /** Returns a traceparent header that makes the service record the trace. */
  String traceParent() {
    return "00-" + traceId + "-" + traceId.substring(16, 31) + "1-01";
  }

  void answered(Response response) {
    status = response.status().code();
    body = response.body().string();
  }

  Sample.Outcome outcome() {
    if (status == expected) {
      return Sample.Outcome.SUCCESS;
    }
    return switch (status) {
      case TOO_MANY_REQUESTS -> Sample.Outcome.LIMITED;
      case UNAVAILABLE ->
          body.contains("\"login_capacity_exceeded\"")
              ? Sample.Outcome.SHED
              : Sample.Outcome.UNAVAILABLE;
      default -> Sample.Outcome.FAILED;
    };
  }

  /** Returns a text field of the JSON answer, or "" if it is missing. */
  String field(String name) {
    int found = body.indexOf("\"" + name + "\":\"");
    if (found < 0) {
      return "";
    }
    int begin = found + name.length() + 4;
    return body.substring(begin, body.indexOf('"', begin));
  }

  String body() {
    return body;
  }

  long began() {
    return began;
  }

  Sample sample(String request, Arrival arrival) {
    return new Sample(request, arrival, began, System.nanoTime(), status, outcome(), traceId);
  }
}
