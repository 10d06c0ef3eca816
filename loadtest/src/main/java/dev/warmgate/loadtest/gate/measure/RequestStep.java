package dev.warmgate.loadtest.gate.measure;

import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.load.Arrival;
import io.gatling.http.response.Response;
import java.util.concurrent.ThreadLocalRandom;

/** One request of a virtual user, with its own trace id. */
public final class RequestStep {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  private final String traceId;
  private final long began = System.nanoTime();
  private final int expected;
  private int status;
  private String body = "";

  public RequestStep(int expected) {
    this.expected = expected;
    ThreadLocalRandom random = ThreadLocalRandom.current();
    traceId = "%016x%016x".formatted(random.nextLong() | 1, random.nextLong());
  }

  /** Returns a traceparent header, to which the service's trace links. */
  public String traceParent() {
    return "00-" + traceId + "-" + traceId.substring(16, 31) + "1-01";
  }

  public void answered(Response response) {
    status = response.status().code();
    body = response.body().string();
  }

  public Sample.Outcome outcome() {
    if (status == expected) {
      return Sample.Outcome.SUCCESS;
    }
    return switch (status) {
      case TOO_MANY_REQUESTS -> Sample.Outcome.LIMITED;
      case UNAVAILABLE ->
          Json.field(body, "code").equals("login_capacity_exceeded")
              ? Sample.Outcome.SHED
              : Sample.Outcome.UNAVAILABLE;
      default -> Sample.Outcome.FAILED;
    };
  }

  /** Returns a text field of the JSON answer, or "" if it is missing. */
  public String field(String name) {
    return Json.field(body, name);
  }

  public String body() {
    return body;
  }

  /** Returns when it was sent. */
  public long began() {
    return began;
  }

  Sample sample(String request, Arrival arrival) {
    return new Sample(request, arrival, began, System.nanoTime(), status, outcome(), traceId);
  }
}
