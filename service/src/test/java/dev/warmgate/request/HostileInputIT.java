package dev.warmgate.request;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparingDouble;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RawHttp;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.ServingTime;
import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Checks that hostile input is refused as any invalid input is and takes, without its own hash, at
 * most twice the processor time of a login. The time of the serving threads is compared with logins
 * of the same run, so the result does not depend on the machine.
 */
final class HostileInputIT {
  private static final boolean ALL = Boolean.getBoolean("tests.full");

  /** Otherwise this share of the requests is sent, chosen by the seed. */
  private static final double SAMPLE = 0.04;

  private static final double MOST_LOGINS = 2;
  private static final int LOGINS = ALL ? 101 : 51;
  private static final int TRIALS = 9;

  /**
   * The number of requests that are measured again, since the JIT compiler may have slowed the
   * first.
   */
  private static final int SLOWEST = ALL ? 300 : 30;

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .withDeliveredHashing()
          // Makes the service read all of X-Forwarded-For.
          .with("trusted_proxies", "127.0.0.0/8, fe80::/10");

  /** A request and the processor time that it took first, in milliseconds. */
  private record Sent(HostileRequests.Request request, double millis) {}

  private final long seed = Long.getLong("hostile.seed", new Random().nextLong());
  private final ApiClient api = SERVICE.api();
  private final SoftAssertions all = new SoftAssertions();

  private String email;
  private String admin;
  private String serviceKey;

  @BeforeEach
  void makeCallers() throws Exception {
    admin = AdminAccount.token(SERVICE);
    email = ApiClient.newEmail();
    api.register(email);
    serviceKey = NewServiceKey.with(SERVICE, Scopes.INTROSPECT, Scopes.PERFORMANCE);
  }

  @Test
  void isRefusedAtLittleCost() {
    System.out.println("-Dhostile.seed=" + seed);
    PriorityQueue<Sent> slowest = new PriorityQueue<>(comparingDouble(Sent::millis));
    AtomicInteger sent = new AtomicInteger();
    Random chosen = new Random(seed);
    HostileRequests.forEach(
        api.get("/openapi.json").body(),
        new Random(seed),
        request -> {
          if (!ALL && chosen.nextDouble() >= SAMPLE) {
            return;
          }
          double millis = ServingTime.millisWithoutHashingOf(() -> check(request, send(request)));
          stayLoggedIn(request);
          slowest.add(new Sent(request, millis));
          if (slowest.size() > SLOWEST) {
            slowest.remove();
          }
          sent.incrementAndGet();
        });
    all.assertThat(api.me(admin).status()).as("the caller is still logged in").isEqualTo(200);
    double login = median(LOGINS, () -> {}, () -> ServingTime.millisOf(this::login));
    for (Sent candidate : slowest) {
      if (candidate.millis() > login) {
        HostileRequests.Request request = candidate.request();
        double cost =
            median(
                TRIALS,
                () -> stayLoggedIn(request),
                () -> ServingTime.millisWithoutHashingOf(() -> send(request)));
        all.assertThat(cost / login).as("cost in logins of %s", request).isLessThan(MOST_LOGINS);
      }
    }

    all.assertThat(sent).hasValueGreaterThan(ALL ? 2000 : 100);
    all.assertAll();
  }

  /**
   * Takes another admin if the request ended the session: a logout with invalid input is a logout.
   */
  private void stayLoggedIn(HostileRequests.Request request) {
    if (request.path().contains("logout") && api.me(admin).status() != 200) {
      admin = AdminAccount.token(SERVICE);
    }
  }

  private void login() {
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
  }

  private static double median(int times, Runnable before, DoubleSupplier cost) {
    double[] costs = new double[times];
    for (int i = 0; i < times; i++) {
      before.run();
      costs[i] = cost.getAsDouble();
    }
    Arrays.sort(costs);
    return costs[times / 2];
  }

  /** No answer is a 5xx error, and every refusal is a problem document. */
  private void check(HostileRequests.Request request, Answer answer) {
    all.assertThat(answer.status()).as("%s: %s", request, answer.body()).isLessThan(500);
    if (answer.status() >= 400) {
      all.assertThat(answer.header("Content-Type")).as("%s", request).contains("json");
      all.assertThat(answer.code()).as("%s: %s", request, answer.body()).isNotEmpty();
    }
  }

  private Answer send(HostileRequests.Request request) {
    StringBuilder head = new StringBuilder();
    head.append(request.method()).append(' ').append(request.path()).append(" HTTP/1.1\r\n");
    head.append("Host: x\r\nConnection: close\r\n");
    request.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    if (!request.headers().containsKey("Authorization")) {
      head.append("Authorization: Bearer ")
          .append(request.role().equals("service") ? serviceKey : admin)
          .append("\r\n");
    }
    byte[] body = request.body().getBytes(UTF_8);
    if (!request.contentType().isEmpty()) {
      head.append("Content-Type: ").append(request.contentType()).append("\r\n");
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    return RawHttp.send(SERVICE.port(), head + "\r\n" + new String(body, ISO_8859_1));
  }
}
