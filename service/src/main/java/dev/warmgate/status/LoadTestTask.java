package dev.warmgate.status;

import dev.warmgate.connector.ProblemErrorHandler;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * {@code POST /tasks/load-test?run=ID&state=begin|end} on the admin port: a load test announces its
 * start and end, so that charts can distinguish its traffic from real traffic. A run without an end
 * expires after an hour, and only the latest 20 are kept.
 */
public final class LoadTestTask extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int KEPT = 20;

  private final transient Clock clock;

  /** The end of each run. */
  private final transient SequencedMap<String, Instant> runs = new LinkedHashMap<>();

  public LoadTestTask(Clock clock, OpenTelemetry telemetry) {
    this.clock = clock;
    var _ =
        telemetry
            .getMeter(Telemetry.SCOPE)
            .gaugeBuilder(Telemetry.LOAD_TEST_ACTIVE)
            .ofLongs()
            .buildWithCallback(this::read);
  }

  private synchronized void read(ObservableLongMeasurement gauge) {
    Instant now = clock.instant();
    // Report 0 for an ended run: charts would extend a series that just stops for minutes.
    runs.forEach((run, until) ->
        gauge.record(now.isBefore(until) ? 1 : 0, Attributes.of(Telemetry.LOAD_TEST_RUN, run)));
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      String run = one(request, "run");
      String state = one(request, "state");
      report(run, state);
      response.setContentType("text/plain;charset=utf-8");
      response.getWriter().println(run + " " + state);
    } catch (ApiException refusal) {
      ProblemErrorHandler.refuse(request, response, refusal);
    }
  }

  /**
   * Returns the value of a parameter that is present once, or an empty text.
   *
   * @throws ApiException 400 if Jetty cannot decode the query
   */
  private static String one(HttpServletRequest request, String name) {
    try {
      String[] values = request.getParameterValues(name);
      return values != null && values.length == 1 ? values[0] : "";
    } catch (RuntimeException undecodable) {
      throw new ApiException(
          ProblemType.BAD_REQUEST, "run and state must be percent-encoded UTF-8");
    }
  }

  /**
   * @throws ApiException 400 if the name or the state is not valid
   */
  void report(String run, String state) {
    if (!ID.matcher(run).matches()) {
      throw new ApiException(ProblemType.BAD_REQUEST, "run must match " + ID);
    }
    switch (state) {
      case "begin" -> set(run, clock.instant().plus(LONGEST));
      case "end" -> set(run, clock.instant());
      default -> throw new ApiException(ProblemType.BAD_REQUEST, "state must be begin or end");
    }
  }

  private synchronized void set(String run, Instant until) {
    runs.putLast(run, until);
    while (runs.size() > KEPT) {
      runs.pollFirstEntry();
    }
  }
}
