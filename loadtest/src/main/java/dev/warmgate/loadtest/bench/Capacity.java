package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.bench.ReplicaLoad.Work;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Computes what a rate of logins needs from the measured cost of each request. It takes costs to
 * grow with the rate only, so waiting for locks, and caches that become too small, come on top.
 */
final class Capacity {
  private static final List<Integer> RATES = List.of(1_000, 10_000, 100_000);

  /** What a server may be busy for its answers to stay fast. */
  private static final double BUSY = 0.7;

  private static final int CORES_OF_A_REPLICA = 2;

  /** DATABASE_POOL_SIZE, and those for background work. */
  private static final int CONNECTIONS_OF_A_REPLICA = 12;

  /** Above every rate that is of interest. */
  private static final double HIGHEST = 1e9;

  private final Map<Work, Cost> costs;

  Capacity(Map<Work, Cost> costs) {
    this.costs = Map.copyOf(costs);
  }

  /** The requests that follow each login. */
  enum Mix {
    LOGINS("logins only", 0, 0),
    /** As in the gate's simulation Mixed. */
    MIXED("8 refreshes, 80 verifications", 8, 80);

    private final String text;
    private final double refreshes;
    private final double verifications;

    Mix(String text, double refreshes, double verifications) {
      this.text = text;
      this.refreshes = refreshes;
      this.verifications = verifications;
    }
  }

  /** What a rate needs, with all servers as busy as they may be. */
  record Need(int replicas, Cost perSecond) {
    double postgresCores() {
      return perSecond.postgresMs() / 1000 / BUSY;
    }

    double redisCores() {
      return perSecond.redisMs() / 1000 / BUSY;
    }

    double walMb() {
      return perSecond.walBytes() / 1e6;
    }

    int connections() {
      return replicas * CONNECTIONS_OF_A_REPLICA;
    }
  }

  /** What one server gives at most. Only the one thread of Redis is more than an assumption. */
  enum Bound {
    CONNECTIONS("1,000 connections", 1000, "smaller pools (DATABASE_POOL_SIZE)"),
    REDIS(
        "one thread of Redis",
        1,
        "a Redis for each group of replicas; limits then count in each group"),
    CORES("64 cores of PostgreSQL", 64, "standbys for what may lag, then more primaries"),
    WAL("200 MB/s of WAL", 200, "more primaries: standbys receive the same WAL");

    private final String text;
    private final double most;
    private final String then;

    Bound(String text, double most, String then) {
      this.text = text;
      this.most = most;
      this.then = then;
    }

    private double needed(Need need) {
      return switch (this) {
        case CONNECTIONS -> need.connections();
        case REDIS -> need.redisCores();
        case CORES -> need.postgresCores();
        case WAL -> need.walMb();
      };
    }
  }

  Need of(double loginsPerSecond, Mix mix) {
    int replicas = 1;
    while (true) {
      Cost perSecond = requests(replicas, mix).times(loginsPerSecond).plus(idle(replicas));
      int needed = (int) Math.ceil(perSecond.serviceMs() / 1000 / BUSY / CORES_OF_A_REPLICA - 1e-9);
      if (needed <= replicas) {
        return new Need(replicas, perSecond);
      }
      // More replicas have more first verifications, so the next round may need more again.
      replicas = needed;
    }
  }

  private Cost idle(int replicas) {
    return cost(Work.IDLE).times(replicas);
  }

  /** Returns what one login and the requests that follow it cost. */
  private Cost requests(int replicas, Mix mix) {
    double tokens = 1 + mix.refreshes;
    double each = mix.verifications / tokens;
    // How many of the replicas see a token, if its requests go to any of them with equal chance.
    double seen = replicas * (1 - Math.pow(1 - 1.0 / replicas, each));
    double first = Math.min(1, seen);
    return cost(Work.LOGIN)
        .plus(cost(Work.REFRESH).times(mix.refreshes))
        .plus(cost(Work.FIRST).times(tokens * first))
        .plus(cost(Work.RECALLED).times(tokens * (seen - first)))
        .plus(cost(Work.KNOWN).times(tokens * (each - seen)));
  }

  private Cost cost(Work work) {
    return costs.getOrDefault(work, Cost.NONE);
  }

  /** Returns the rate of logins at which one server has no more to give. */
  double reaches(Bound bound, Mix mix) {
    double low = 0;
    double high = HIGHEST;
    while (high - low > 1) {
      double rate = (low + high) / 2;
      if (bound.needed(of(rate, mix)) > bound.most) {
        high = rate;
      } else {
        low = rate;
      }
    }
    return low;
  }

  /** Returns the bounds of single servers, the one that is reached first at the beginning. */
  List<Bound> bounds(Mix mix) {
    return List.of(Bound.values()).stream()
        .sorted(Comparator.comparingDouble(bound -> reaches(bound, mix)))
        .toList();
  }

  /** Returns the lines to print; each says that it is computed, and from what. */
  List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "computed, not measured, from the last costs of PostgreSQL and Redis and the lowest of the service:");
    lines.add(
        "replicas of 2 cores with 12 connections, servers 70 % busy, costs that grow with the rate only");
    lines.add(
        "logins/s  with each                      replicas  PostgreSQL cores  Redis cores"
            + "  WAL MB/s  connections  bound that comes first");
    for (Mix mix : Mix.values()) {
      Bound first = bounds(mix).getFirst();
      for (int rate : RATES) {
        lines.add(line(rate, mix, first));
      }
    }
    lines.add(
        "computed: where one server has no more to give (its size is an assumption), and what then");
    for (Mix mix : Mix.values()) {
      for (Bound bound : bounds(mix)) {
        lines.add(
            String.format(
                Locale.ROOT,
                "%8.0f  %-29s  %-22s  %s",
                reaches(bound, mix),
                mix.text,
                bound.text,
                bound.then));
      }
    }
    lines.add(
        "Warmgate uses one DATABASE_URL and one REDIS_URL: standbys and more primaries are those of");
    lines.add("a PostgreSQL cluster that stands behind it as one, which was not tested.");
    return lines;
  }

  private String line(int rate, Mix mix, Bound first) {
    Need need = of(rate, mix);
    return String.format(
        Locale.ROOT,
        "%8d  %-29s  %8d  %16.1f  %11.2f  %8.1f  %11d  %s",
        rate,
        mix.text,
        need.replicas(),
        need.postgresCores(),
        need.redisCores(),
        need.walMb(),
        need.connections(),
        first.text);
  }
}
