package dev.warmgate.loadtest.gate;

import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.pause;

import dev.warmgate.loadtest.Balancer;
import dev.warmgate.loadtest.SecondService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One of two replicas behind a balancer is stopped, restarted and then killed. The stop must lose
 * no request; the kill may lose only the requests in flight.
 */
public final class RestartSimulation extends GateSimulation {
  private static final Duration BEFORE = Duration.ofSeconds(8);
  private static final Duration AWAY = Duration.ofSeconds(30);
  private static final Duration AFTER = Duration.ofSeconds(12);
  private static final Duration NOTICED = Duration.ofSeconds(2);
  private static final int POLL_MILLIS = 20;

  private final double rate = whole(gate.rate(LoadProfile.LIGHT_SHARE));
  private final Map<String, String> environment = Map.of("RATE_LIMITS", "off");
  private final Balancer balancer;
  private final Thread fault = Thread.ofPlatform().daemon().unstarted(this::runFault);
  private SecondService second;
  private volatile long killed = Long.MAX_VALUE;
  private volatile String failure = "no replica was stopped";

  {
    int own =
        gate.target()
            .stack()
            .orElseThrow(() -> new Invalid("a service given by --url is never restarted"))
            .address()
            .port();
    try {
      second = gate.own(SecondService.of(gate.target().directory(), environment));
      balancer = gate.own(new Balancer(List.of(own, second.port())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Invalid("interrupted", e);
    }
    setUp(
            warmUp(rate)
                .andThen(
                    people(
                        "people",
                        rate,
                        Duration.ZERO,
                        measured(),
                        api.login(),
                        pause(1),
                        api.verify(),
                        pause(1),
                        api.verify())))
        .protocols(protocol())
        .maxDuration(length().plus(LoadProfile.DRAIN))
        .assertions(global().failedRequests().percent().lte(1.0), p95("login"));
  }

  private static Duration measured() {
    return BEFORE.plus(AWAY).plus(AFTER);
  }

  private void runFault() {
    try {
      awaitHealthy();
      while (!measurements.hasBegun()) {
        Thread.sleep(POLL_MILLIS);
      }
      Thread.sleep(BEFORE);
      String port = Integer.toString(second.port());
      second.terminate();
      Map<String, String> samePort = Map.of("RATE_LIMITS", "off", "PORT", port);
      second = gate.own(SecondService.of(gate.target().directory(), samePort));
      awaitHealthy();
      killed = System.nanoTime();
      second.kill();
      failure = "";
    } catch (IOException | RuntimeException e) {
      failure = e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitHealthy() throws InterruptedException {
    while (balancer.healthy().size() < 2) {
      Thread.sleep(POLL_MILLIS);
    }
    // Gives both replicas time to receive load before the next event.
    Thread.sleep(NOTICED);
  }

  @Override
  protected String url() {
    return balancer.baseUrl();
  }

  @Override
  protected double loginsPerSecond() {
    return rate;
  }

  @Override
  protected Duration length() {
    return profile.warmUp().plus(measured());
  }

  @Override
  public void before() {
    super.before();
    fault.start();
  }

  @Override
  protected void judge(Judge judge) {
    judge.add(Check.that(Check.Kind.TARGET, "fault", failure.isEmpty(), failure));
    double lost = 0;
    double excused = 0;
    for (Sample sample : measurements.samples()) {
      boolean failed =
          sample.outcome() == Sample.Outcome.FAILED
              || sample.outcome() == Sample.Outcome.UNAVAILABLE;
      boolean aroundTheKill =
          sample.endNanos() >= killed && sample.startNanos() < killed + NOTICED.toNanos();
      lost += failed && !aroundTheKill ? 1 : 0;
      excused += failed && aroundTheKill ? 1 : 0;
    }
    figures.put("requests on their way at the kill, lost", excused);
    judge.add(
        judge.atMost(Check.Kind.ANSWERS, "failures", lost, "requests not in flight at the kill"));
    // Verifications are not judged: the starting replica uses the processors of the same machine.
    judge.rows("login").ifPresent(judge::p95);
  }

  @Override
  public void after() {
    super.after();
    gate.disown(balancer, second);
  }
}
