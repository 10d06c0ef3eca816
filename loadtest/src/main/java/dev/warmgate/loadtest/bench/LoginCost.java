package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.Cpu;
import dev.warmgate.loadtest.load.ForeignLoad;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ReferenceHash;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the cost and the throughput of logins relative to bare password hashes. The bars apply
 * only after the JIT compiler has settled; the cost before that is reported without a bar.
 */
final class LoginCost implements Benchmark {
  private static final int CLIENTS = 8;
  private static final String TOO_MANY =
      "SELECT count(*) FROM session WHERE end_reason = 'too_many_sessions'";

  private final ReferenceHash reference = new ReferenceHash();

  /**
   * The ratios of a login to a hash.
   *
   * @param cpu ratio of processor time
   * @param rate ratio of the rates per second
   */
  private record Ratios(double cpu, double rate, double failed) {}

  @Override
  public void run(Bars bars) throws Exception {
    try (ServiceUnderTest subject = ServiceUnderTest.start(false)) {
      Duration each = Bench.seconds(5, 1);
      Ratios first = measure(bars, subject, Bench.seconds(30, 1));
      bars.note("processor time of one of the first logins / of a hash", first.cpu(), "");
      bars.note("first logins at c=8 / reference hashes", first.rate(), "");
      subject.settle(CLIENTS, Bench.seconds(360, 3));
      Settling.of(subject.pid(), () -> subject.logins(CLIENTS, Bench.seconds(10, 1)));
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      List<Ratios> all = new ArrayList<>();
      for (int i = 0; i < Bench.times(7); i++) {
        all.add(measure(bars, subject, each));
      }
      bars.atMost(
          "bench.login.cpu",
          "processor time of a login / of a reference hash",
          Bars.median(all.stream().map(Ratios::cpu).toList()),
          "");
      bars.atLeast(
          "bench.login.rate",
          "logins at c=8 / reference hashes",
          Bars.median(all.stream().map(Ratios::rate).toList()),
          "");
      bars.wrong(
          "logins neither accepted nor refused",
          first.failed() + all.stream().mapToDouble(Ratios::failed).sum());
      // Each of these would add to the cost of the login that opened one too many.
      bars.wrong(
          "sessions ended as one too many", (double) subject.stack().database().number(TOO_MANY));
      bars.judge(foreign);
    }
  }

  private Ratios measure(Bars bars, ServiceUnderTest subject, Duration time)
      throws InterruptedException {
    ReferenceHash.Figures hash = reference.measure(Bench.seconds(5, 1));
    bars.note("reference hashes", hash.perSecond(), "/s");
    double cpu = Cpu.seconds(subject.pid());
    LoadResult logins = subject.logins(CLIENTS, time);
    double cpuMs = (Cpu.seconds(subject.pid()) - cpu) * 1000;
    return new Ratios(
        cpuMs / logins.count(200) / hash.cpuMsEach(),
        logins.count(200) / logins.seconds() / hash.perSecond(),
        logins.countOthers(200, 503));
  }
}
