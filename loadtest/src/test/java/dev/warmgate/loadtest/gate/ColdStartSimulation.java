package dev.warmgate.loadtest.gate;

import dev.warmgate.loadtest.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Restarts the service and sends load from its first ready answer on. It judges separately the very
 * first requests, an immediate load, and the first requests after an idle time.
 */
public final class ColdStartSimulation extends GateSimulation {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);

  private final double rate = whole(gate.rate(LoadProfile.LIGHT_SHARE));
  private final Probe probe = new Probe(gate.accounts());

  {
    setUp(
            people(
                "people at once",
                rate,
                Duration.ZERO,
                length(),
                api.login(),
                api.verify(),
                api.refresh(),
                api.logout()),
            monitor(Duration.ZERO, length()))
        .protocols(protocol())
        .maxDuration(length().plus(LoadProfile.DRAIN))
        .assertions(assertions("login"));
  }

  @Override
  protected double loginsPerSecond() {
    return rate;
  }

  @Override
  protected Duration length() {
    return profile.warmUp();
  }

  @Override
  protected boolean isServedThroughout() {
    return false;
  }

  @Override
  public void before() {
    Stack stack =
        gate.target()
            .stack()
            .orElseThrow(() -> new Invalid("a service given by --url is never restarted"));
    try {
      stack.restartService();
      long ready = Probe.awaitReady(stack.address().port(), READY_LIMIT);
      figures.put("ready after, ms", (double) ready);
      super.before();
      probe.once(stack.address().port(), "cold");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Invalid("interrupted", e);
    }
  }

  @Override
  protected void judge(Judge judge) {
    judge.firstRequests();
    try {
      Thread.sleep(profile.idle());
      probe.once(gate.target().stack().orElseThrow().address().port(), "idle");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Invalid("interrupted", e);
    }
    probe
        .millis()
        .forEach((what, millis) -> {
          figures.put(what.replace(".", ", first ") + ", ms", millis);
          judge.add(judge.atMost(Check.Kind.LIMIT, what, millis, "ms"));
        });
  }
}
