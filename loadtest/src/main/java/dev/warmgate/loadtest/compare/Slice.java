package dev.warmgate.loadtest.compare;

import dev.warmgate.loadtest.load.Cpu;
import dev.warmgate.loadtest.load.Load;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The latency and cost of a few seconds of logins and verifications that arrive at constant rates.
 *
 * @param loginP95 milliseconds, of logins answered with 200
 * @param verifyP95 milliseconds, of verifications answered with 200
 * @param cpuMillis processor time of the service per request
 * @param requests number of requests sent
 * @param failures number of requests not answered with 200
 */
record Slice(double loginP95, double verifyP95, double cpuMillis, int requests, int failures) {
  static final int VERIFICATIONS_PER_LOGIN = 5;

  /** Measures the service itself. */
  static Slice measure(
      ServiceUnderTest service, double loginsPerSecond, Duration time, List<String> tokens) {
    return measure(service.port(), service.pid(), loginsPerSecond, time, tokens);
  }

  /**
   * @param pid process id of the service at this port
   * @param tokens valid tokens, verified in turn
   */
  static Slice measure(
      int port, long pid, double loginsPerSecond, Duration time, List<String> tokens) {
    List<byte[]> verifications = tokens.stream().map(ServiceUnderTest::me).toList();
    Load load = new Load(port);
    double cpu = Cpu.seconds(pid);
    CompletableFuture<LoadResult> verifying =
        CompletableFuture.supplyAsync(
            () ->
                load.open(
                    loginsPerSecond * VERIFICATIONS_PER_LOGIN,
                    time,
                    i -> verifications.get(i % verifications.size())),
            task -> Thread.ofPlatform().daemon().start(task));
    LoadResult logins = load.open(loginsPerSecond, time, ServiceUnderTest::login);
    LoadResult verified = verifying.join();
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
