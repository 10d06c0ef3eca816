package dev.warmgate.loadtest.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A login in hashes: what it costs, and how many fit into the time of how many hashes. */
final class LoginCost implements Benchmark {
  private static final int CLIENTS = 8;

  @Override
  public void run(Report report) throws Exception {
    List<Double> cost = new ArrayList<>();
    List<Double> rate = new ArrayList<>();
    try (Subject subject = Subject.start(false)) {
      ReferenceHash reference = new ReferenceHash();
      subject.logins(CLIENTS, Bench.seconds(30, 3));
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      Duration each = Bench.seconds(5, 1);
      double failed = 0;
      for (int i = 0; i < Bench.times(7); i++) {
        ReferenceHash.Figures hash = reference.measure(each);
        double cpu = Cpu.seconds(subject.pid());
        Outcome logins = subject.logins(CLIENTS, each);
        double cpuMs = (Cpu.seconds(subject.pid()) - cpu) * 1000;
        failed += logins.countOthers(200, 503);
        cost.add(cpuMs / logins.count(200) / hash.cpuMsEach());
        rate.add(logins.count(200) / logins.seconds() / hash.perSecond());
        report.note("reference hashes", hash.perSecond(), "/s");
      }
      report.atMost(
          "processor time of a login / of a reference hash", Report.median(cost), 1.25, "");
      report.atLeast("logins at c=8 / reference hashes", Report.median(rate), 0.8, "");
      report.atMost("logins neither accepted nor refused", failed, 0, "");
      report.judge(foreign);
    }
  }
}
