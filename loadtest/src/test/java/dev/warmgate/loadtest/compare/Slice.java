package dev.warmgate.loadtest.compare;

import dev.warmgate.loadtest.benchmark.Cpu;
import dev.warmgate.loadtest.benchmark.Load;
import dev.warmgate.loadtest.benchmark.Outcome;
import dev.warmgate.loadtest.benchmark.Subject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What some seconds of logins and verifications, arriving at constant rates, took and cost.
 *
 * @param loginP95 milliseconds, of those that were answered with 200
 * @param verifyP95 the same of verifications
 * @param cpuMillis processor time of the service for each request
 * @param requests that were sent
 * @param failures those that were not answered with 200
 */
record Slice(double loginP95, double verifyP95, double cpuMillis, int requests, int failures) {
  static final int VERIFICATIONS_PER_LOGIN = 5;

  /**
   * @param pid of the service at this port
   * @param tokens good ones, verified in turn
   */
  static Slice measure(
      int port, long pid, double loginsPerSecond, Duration time, List<String> tokens) {
    List<byte[]> verifications = tokens.stream().map(Subject::me).toList();
    Load load = new Load(port);
    double cpu = Cpu.seconds(pid);
    CompletableFuture<Outcome> verifying =
        CompletableFuture.supplyAsync(
            () ->
                load.open(
                    loginsPerSecond * VERIFICATIONS_PER_LOGIN,
                    time,
                    i -> verifications.get(i % verifications.size())),
            task -> Thread.ofPlatform().daemon().start(task));
    Outcome logins = load.open(loginsPerSecond, time, Subject::login);
    Outcome verified = verifying.join();
    double cpuMillis = (Cpu.seconds(pid) - cpu) * 1000;
    int requests = logins.all().size() + verified.all().size();
    return new Slice(
        logins.percentile(95, 200),
        verified.percentile(95, 200),
        cpuMillis / requests,
        requests,
        logins.countOthers(200) + verified.countOthers(200));
  }

  double failedShare() {
    return (double) failures / requests;
  }
}
