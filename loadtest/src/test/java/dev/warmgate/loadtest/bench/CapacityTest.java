package dev.warmgate.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.warmgate.loadtest.bench.Capacity.Bound;
import dev.warmgate.loadtest.bench.Capacity.Mix;
import dev.warmgate.loadtest.bench.ReplicaLoad.Work;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CapacityTest {
  private static final Cost LOGIN = new Cost(2, 1000, 1, 4, 0.1, 28);
  private static final Cost REFRESH = new Cost(1, 500, 0.5, 0, 0, 0.7);
  private static final Cost FIRST = new Cost(1, 0, 0.2, 2, 0.05, 0.4);
  private static final Cost RECALLED = new Cost(0, 0, 0, 1, 0.02, 0.2);
  private static final Cost KNOWN = new Cost(0, 0, 0, 0, 0, 0.1);
  private static final Cost IDLE = new Cost(3, 100, 2, 1, 0.5, 0);

  private final Capacity capacity =
      new Capacity(
          Map.of(
              Work.LOGIN, LOGIN,
              Work.REFRESH, REFRESH,
              Work.FIRST, FIRST,
              Work.RECALLED, RECALLED,
              Work.KNOWN, KNOWN,
              Work.IDLE, IDLE));

  @Test
  void needsReplicasForTheProcessorTimeOfTheService() {
    Capacity.Need need = capacity.of(1000, Mix.LOGINS);

    // 28 cores, of which each replica has two that may be busy for 70 % of the time.
    assertThat(need.replicas()).isEqualTo(20);
    assertThat(need.connections()).isEqualTo(240);
    assertThat(need.walMb()).isEqualTo(1 + 20 * 100 / 1e6, within(1e-9));
  }

  @Test
  void countsWhatIdleReplicasCostTheDatabases() {
    Capacity.Need need = capacity.of(1000, Mix.LOGINS);

    assertThat(need.postgresCores()).isEqualTo((1000 * 1 + 20 * 2) / 1000.0 / 0.7, within(1e-9));
    assertThat(need.redisCores()).isEqualTo((1000 * 0.1 + 20 * 0.5) / 1000.0 / 0.7, within(1e-9));
  }

  @Test
  void takesNoProcessorTimeOfAServerThatWasAskedNothing() {
    Cost noisy = new Cost(0.01, 5, 0.2, 0.02, 0.1, 3);

    assertThat(noisy.withoutNoise()).isEqualTo(new Cost(0.01, 0, 0, 0.02, 0, 3));
    assertThat(LOGIN.withoutNoise()).isEqualTo(LOGIN);
  }

  @Test
  void needsOneReplicaAtLeast() {
    assertThat(capacity.of(0, Mix.MIXED).replicas()).isEqualTo(1);
  }

  @Test
  void asksTheDatabaseOncePerTokenAndRedisOncePerFurtherReplica() {
    Capacity.Need one = capacity.of(1, Mix.MIXED);
    Capacity.Need many = capacity.of(100_000, Mix.MIXED);

    assertThat(one.replicas()).isEqualTo(1);
    assertThat(one.perSecond().statements()).isEqualTo(2 + 8 + 9 + 3, within(1e-9));
    assertThat(one.perSecond().commands()).isEqualTo(4 + 9 * 2 + 1, within(1e-9));
    // Almost each verification is the first of its token on its replica.
    double commands = (many.perSecond().commands() - many.replicas()) / 100_000;
    assertThat(commands).isBetween(4 + 9 * 2 + 70.0, 4 + 9 * 2 + 71.0);
    double statements = (many.perSecond().statements() - 3.0 * many.replicas()) / 100_000;
    assertThat(statements).isEqualTo(2 + 8 + 9, within(1e-9));
  }

  @Test
  void namesTheBoundThatIsReachedFirst() {
    assertThat(capacity.bounds(Mix.LOGINS).getFirst()).isEqualTo(Bound.CONNECTIONS);
    double rate = capacity.reaches(Bound.CONNECTIONS, Mix.LOGINS);
    assertThat(capacity.of(rate, Mix.LOGINS).connections()).isLessThanOrEqualTo(1000);
    assertThat(capacity.of(rate + 100, Mix.LOGINS).connections()).isGreaterThan(1000);
    assertThat(capacity.of(capacity.reaches(Bound.REDIS, Mix.MIXED), Mix.MIXED).redisCores())
        .isEqualTo(1, within(0.01));
  }

  @Test
  void saysInItsTableWhatIsComputedOnly() {
    assertThat(capacity.table()).first().asString().startsWith("computed").contains("not measured");
    assertThat(capacity.table())
        .anyMatch(line -> line.startsWith("  100000  8 refreshes"))
        .anyMatch(
            line -> line.contains("1,000 connections") && line.contains("DATABASE_POOL_SIZE"));
  }
}
