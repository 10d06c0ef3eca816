package dev.warmgate.loadtest.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the cost and the throughput of logins relative to bare password hashes. The bars apply
 * only after the JIT compiler has settled; the cost before that is reported without a bar.
 */
final class LoginCost implements Benchmark {
  private static final int CLIENTS = 8;

  private final ReferenceHash reference = new ReferenceHash();

  /**
   * The ratios of a login to a hash.
   *
   * @param cpu ratio of processor time
   * @param rate ratio of the rates per second
   */
  private record Ratios(double cpu, double rate, double failed) {}

  @Override
  public void run(Report report) throws Exception {
    try (Subject subject = Subject.start(false)) {
      Duration each = Bench.seconds(5, 1);
      Ratios first = measure(report, subject, Bench.seconds(30, 1));
      report.note("processor time of one of the first logins / of a hash", first.cpu(), "");
      report.note("first logins at c=8 / reference hashes", first.rate(), "");
      subject.settle(CLIENTS);
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      List<Ratios> all = new ArrayList<>();
      for (int i = 0; i < Bench.times(7); i++) {
        all.add(measure(report, subject, each));
      }
      report.atMost(
          "processor time of a login / of a reference hash",
          Report.median(all.stream().map(Ratios::cpu).toList()),
          1.25,
          "");
      report.atLeast(
          "logins at c=8 / reference hashes",
          Report.median(all.stream().map(Ratios::rate).toList()),
          0.8,
          "");
      report.atMost(
          "logins neither accepted nor refused",
          first.failed() + all.stream().mapToDouble(Ratios::failed).sum(),
          0,
          "");
      report.judge(foreign);
    }
  }

  private Ratios measure(Report report, Subject subject, Duration time)
      throws InterruptedException {
    ReferenceHash.Figures hash = reference.measure(Bench.seconds(5, 1));
    report.note("reference hashes", hash.perSecond(), "/s");
    double cpu = Cpu.seconds(subject.pid());
    Outcome logins = subject.logins(CLIENTS, time);
    double cpuMs = (Cpu.seconds(subject.pid()) - cpu) * 1000;
    return new Ratios(
        cpuMs / logins.count(200) / hash.cpuMsEach(),
        logins.count(200) / logins.seconds() / hash.perSecond(),
        logins.countOthers(200, 503));
  }
}
