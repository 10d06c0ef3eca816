package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.Cpu;
import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.load.Load;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.stack.Stack;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Measures the cost of each kind of request to replicas that share one PostgreSQL and one Redis. A
 * request that is not answered with 200 makes the measurement fail.
 */
final class ReplicaLoad {
  private static final int CLIENTS = 16;

  /** A busy service has less to do for each request than one that wakes up for it. */
  private static final double FIRST_PER_SECOND = 500;

  private static final byte[] HEALTH = HttpConnection.get("/health-check", "");

  private final ServiceUnderTest subject;
  private final List<ServiceProcess> replicas;
  private final Load load;
  private final AtomicInteger turn = new AtomicInteger();
  private final List<String> accessTokens = Collections.synchronizedList(new ArrayList<>());
  private final String[] refreshTokens = new String[CLIENTS];
  private final Map<Work, Cost> costs = new EnumMap<>(Work.class);

  /** What a replica does. */
  enum Work {
    IDLE("idle replica, each second"),
    LOGIN("login"),
    REFRESH("refresh"),
    FIRST("verification, first of a token"),
    RECALLED("verification, first on another replica"),
    KNOWN("verification, later ones");

    private final String text;

    Work(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Sends requests and returns how many there were. */
  private interface Requests {
    double send() throws IOException, InterruptedException;
  }

  ReplicaLoad(ServiceUnderTest subject, List<ServiceProcess> replicas) {
    this.subject = subject;
    this.replicas = List.copyOf(replicas);
    this.load = new Load(replicas.stream().mapToInt(ServiceProcess::port).toArray());
  }

  /** Refreshes and verifies until the compilers of the first replica, which know logins, settle. */
  void settle() throws InterruptedException {
    Settling.of(
        replicas.getFirst().pid(),
        () -> {
          logIn(Bench.seconds(4, 1));
          verifyEachToken(0);
          verifyAgain(Bench.seconds(4, 1));
          refresh(Bench.seconds(4, 1));
          accessTokens.clear();
        });
  }

  /** Returns what one piece of each work costs, without what the replicas cost when idle. */
  Map<Work, Cost> measure() throws IOException, SQLException, InterruptedException {
    logIn(Bench.seconds(15, 1));
    accessTokens.clear();
    measure(Work.IDLE, () -> idle(Bench.seconds(60, 2)));
    measure(Work.LOGIN, () -> logIn(Bench.seconds(20, 1)));
    measure(Work.FIRST, () -> verifyEachToken(0));
    if (replicas.size() > 1) {
      measure(Work.RECALLED, () -> verifyEachToken(1));
    }
    verifyAgain(Bench.seconds(5, 1));
    measure(Work.KNOWN, () -> verifyAgain(Bench.seconds(10, 1)));
    measure(Work.REFRESH, () -> refresh(Bench.seconds(10, 1)));
    return costs;
  }

  private void measure(Work work, Requests requests)
      throws IOException, SQLException, InterruptedException {
    // What the measurement itself does in PostgreSQL must not count: it reads the processor time
    // last
    // here and first below, and the statements after and before the log's position.
    Cost counted = counted(true);
    Cost used = used();
    long began = System.nanoTime();
    double sent = requests.send();
    double seconds = (System.nanoTime() - began) / 1e9;
    Cost all = used().minus(used).plus(counted(false).minus(counted));
    Cost idle = costs.getOrDefault(Work.IDLE, Cost.NONE).times(seconds * replicas.size());
    costs.put(work, all.minus(idle).times(1 / sent).withoutNoise());
  }

  private Cost counted(boolean logFirst) throws IOException, SQLException {
    Stack stack = subject.stack();
    long commands = stack.redis().commands();
    String position = "SELECT (pg_current_wal_lsn() - '0/0')::bigint";
    long before = logFirst ? stack.database().number(position) : 0;
    long statements = stack.postgres().statements();
    long written = logFirst ? before : stack.database().number(position);
    return new Cost(statements, written, 0, commands, 0, 0);
  }

  private Cost used() throws IOException {
    Stack stack = subject.stack();
    return new Cost(
        0,
        0,
        1000 * Cpu.familySeconds(stack.postgres().postmaster()),
        0,
        1000 * Cpu.seconds(stack.redis().handle().pid()),
        1000 * replicas.stream().mapToDouble(replica -> Cpu.seconds(replica.pid())).sum());
  }

  /** Only asks for the health of each replica once a second, as balancers do. */
  private double idle(Duration time) throws IOException, InterruptedException {
    for (int second = 0; second < time.toSeconds(); second++) {
      for (ServiceProcess replica : replicas) {
        try (HttpConnection connection = new HttpConnection(replica.port())) {
          require(connection.send(HEALTH).status() == 200);
        }
      }
      Thread.sleep(Duration.ofSeconds(1));
    }
    return time.toSeconds() * (double) replicas.size();
  }

  private double logIn(Duration time) throws InterruptedException {
    return answered(
        load.closed(
            CLIENTS / 2,
            time,
            (connection, client) -> {
              var answer = connection.send(ServiceUnderTest.login(turn.getAndIncrement()));
              if (answer.status() == 200) {
                accessTokens.add(answer.field("access_token"));
                refreshTokens[client] = answer.field("refresh_token");
              }
              return answer;
            }));
  }

  /**
   * @param offset 0 for the first time, 1 to send each token to the next replica
   */
  private double verifyEachToken(int offset) {
    int count = accessTokens.size();
    Duration time = Duration.ofNanos((long) (1e9 * count / FIRST_PER_SECOND));
    return answered(
        load.open(
            FIRST_PER_SECOND,
            time,
            i -> ServiceUnderTest.me(accessTokens.get((i + offset) % count))));
  }

  private double verifyAgain(Duration time) throws InterruptedException {
    return answered(
        load.closed(
            CLIENTS,
            time,
            (connection, client) ->
                connection.send(
                    ServiceUnderTest.me(accessTokens.get(client % accessTokens.size())))));
  }

  private double refresh(Duration time) throws InterruptedException {
    return answered(
        load.closed(
            CLIENTS / 2,
            time,
            (connection, client) -> {
              var answer = connection.send(ServiceUnderTest.refresh(refreshTokens[client]));
              refreshTokens[client] = answer.field("refresh_token");
              return answer;
            }));
  }

  private static double answered(LoadResult result) {
    // A login may be refused while the estimate of the time of a hash is still that of another
    // load.
    require(result.countOthers(200, 503) == 0 && result.count(200) > 0);
    return result.count(200);
  }

  private static void require(boolean answered) {
    if (!answered) {
      throw new IllegalStateException("a request was not answered as expected");
    }
  }
}
