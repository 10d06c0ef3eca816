package dev.warmgate.loadtest.gate;

import dev.warmgate.loadtest.gate.measure.Observation;
import dev.warmgate.loadtest.gate.measure.Progress;
import dev.warmgate.loadtest.gate.measure.Traces;
import dev.warmgate.loadtest.gate.measure.UsageSampler;
import dev.warmgate.loadtest.gate.report.Result;
import dev.warmgate.loadtest.gate.scene.Scene;
import dev.warmgate.loadtest.gate.scene.Target;
import dev.warmgate.loadtest.gate.simulation.GateSimulation;
import dev.warmgate.loadtest.gate.simulation.Judge;
import dev.warmgate.loadtest.gate.simulation.Plan;
import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.gate.verdict.Invalid;
import dev.warmgate.loadtest.gate.verdict.Thresholds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Observes the service while a simulation runs on a scene, and hands its result to the run. */
final class ObservedStage implements Plan.Stage {
  private final Scene scene;
  private final Target target;
  private final Thresholds thresholds;
  private final Progress progress;
  private final Consumer<Result> results;
  private Judge scenesChecks;
  private Observation observation;
  private long began;
  private long pid;
  private String run = "";

  ObservedStage(
      Scene scene,
      Target target,
      Thresholds thresholds,
      Progress progress,
      Consumer<Result> results) {
    this.scene = scene;
    this.target = target;
    this.thresholds = thresholds;
    this.progress = progress;
    this.results = results;
  }

  private interface Action {
    void run() throws IOException, InterruptedException;
  }

  /** Gatling calls the stage and allows no checked exceptions. */
  private static void unchecked(Action steps) {
    try {
      steps.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Invalid("interrupted", e);
    }
  }

  @Override
  public void begin(GateSimulation simulation) {
    unchecked(() -> {
      scenesChecks = new Judge(simulation.measurements(), thresholds, List.of());
      scene.prepare(scenesChecks);
      pid = target.pid();
      run =
          simulation.name()
              + "-"
              + Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "");
      target.announce(run, "begin");
      began = System.nanoTime();
      progress.begin(simulation.name(), simulation.length());
      observation =
          new Observation(simulation.measurements(), scene.sampler(), progress, target.directory());
      scene.begin(simulation.measurements());
    });
  }

  @Override
  public void end(GateSimulation simulation) {
    unchecked(() -> {
      final double seconds = (System.nanoTime() - began) / 1e9;
      scene.end();
      observation.close();
      target.announce(run, "end");
      Judge judge = new Judge(simulation.measurements(), thresholds, observation.usages());
      judgeService(judge, simulation);
      judge.validity(observation, target.stack().isPresent());
      simulation.judge(judge);
      scene.judge(scenesChecks);
      judge.addAll(scenesChecks);
      Optional<Traces> traces =
          target.hasTraces()
              ? target.stack().map(stack -> Traces.of(stack.spans()))
              : Optional.empty();
      if (simulation.isTraced()) {
        traces.ifPresent(known -> judge.addAll(known.checks(thresholds)));
      }
      results.accept(
          Result.of(
              simulation.name() + "Simulation",
              seconds,
              simulation.loginsPerSecond(),
              judge.checks(),
              judge.figures(),
              simulation.measurements(),
              observation.usages(),
              traces));
    });
  }

  private void judgeService(Judge judge, GateSimulation simulation) throws InterruptedException {
    if (simulation.isServedThroughout() && target.stack().isPresent()) {
      boolean same = target.pid() == pid && target.stack().get().service().isRunning();
      judge.add(
          Check.that(
              Check.Kind.TARGET, "service", same, same ? "" : "the service's process ended"));
      keptConnections().ifPresent(judge::connections);
    }
    if (simulation.staysBelowTheCap()) {
      target.sessionsBeyondTheCap().ifPresent(judge::sessionsBeyondTheCap);
    }
  }

  private OptionalInt keptConnections() throws InterruptedException {
    try (UsageSampler idle = scene.sampler()) {
      return idle.keptConnections();
    }
  }
}
