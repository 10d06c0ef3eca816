package dev.warmgate.status;

import dev.warmgate.telemetry.Telemetry;
import io.dropwizard.servlets.tasks.Task;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * {@code POST /tasks/load-test?run=ID&state=begin|end} on the admin port: a load test announces its
 * start and end, so that charts can distinguish its traffic from real traffic. A run without an end
 * expires after an hour, and only the latest 20 are kept.
 */
public final class LoadTestTask extends Task {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int KEPT = 20;

  private final Clock clock;

  /** The end of each run. */
  private final SequencedMap<String, Instant> runs = new LinkedHashMap<>();

  public LoadTestTask(Clock clock, OpenTelemetry telemetry) {
    super("load-test");
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
  public void execute(Map<String, List<String>> parameters, PrintWriter output) {
    String run = one(parameters, "run");
    String state = one(parameters, "state");
    if (!ID.matcher(run).matches()) {
      throw new IllegalArgumentException("run must match " + ID);
    }
    switch (state) {
      case "begin" -> set(run, clock.instant().plus(LONGEST));
      case "end" -> set(run, clock.instant());
      default -> throw new IllegalArgumentException("state must be begin or end");
    }
    output.println(run + " " + state);
  }

  private static String one(Map<String, List<String>> parameters, String name) {
    List<String> values = parameters.getOrDefault(name, List.of());
    return values.size() == 1 ? values.getFirst() : "";
  }

  private synchronized void set(String run, Instant until) {
    runs.putLast(run, until);
    while (runs.size() > KEPT) {
      runs.pollFirstEntry();
    }
  }
}
