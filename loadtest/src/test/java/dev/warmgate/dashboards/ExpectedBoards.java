package dev.warmgate.dashboards;

import static dev.warmgate.dashboards.Expectations.OTHERS;

import dev.warmgate.telemetry.Telemetry;
import java.util.List;

/** The values that the boards must show for a {@link KnownLoad}. */
final class ExpectedBoards {
  /** Seconds; no request other than a login takes longer on this machine. */
  private static final double LONG = 10;

  private static final double LINE = 1.5;

  private final KnownLoad.Logins logins;
  private final KnownLoad.Logins since;
  private final double window;
  private final Expectations expect = new Expectations();

  /**
   * @param logins the logins within the window
   * @param since the logins since the start of the service
   * @param window the boards' time range in seconds
   */
  ExpectedBoards(KnownLoad.Logins logins, KnownLoad.Logins since, double window) {
    this.logins = logins;
    this.since = since;
    this.window = window;
  }

  Expectations all() {
    loginSlo();
    outcomes();
    routes();
    filters();
    resources();
    hashing();
    mail();
    ExpectedJvm.add(expect);
    loadTest();
    return expect;
  }

  private double rate(double count) {
    return count / window;
  }

  /** Upper bound of a percentile: the service cannot take longer than its client waited. */
  private double slowest() {
    return Telemetry.LATENCY_BUCKETS.stream()
        .filter(bound -> bound >= since.slowest())
        .findFirst()
        .orElse(60.0);
  }

  /** The highest possible share of slow logins: 0 if no client waited longer than the line. */
  private double slowAtMost() {
    return since.slowest() > LINE ? 1 : 0;
  }

  /** Whether a rule may have this value; all events lie within even the shortest window. */
  boolean isRight(Rules.Rule rule, double value) {
    return rule.name().contains("login_slow")
        ? value >= 0 && value <= slowAtMost()
        : value >= unanswered() / 3 && value <= 1;
  }

  private double unanswered() {
    return (logins.shed() + logins.failed()) / (double) (logins.all() - logins.limited());
  }

  private void loginSlo() {
    expect.board("warmgate-login-slo");
    expect.panel("p95 of logins").upTo("", slowest());
    expect.panel("Logins within 1.5 s").between("", 1 - slowAtMost(), 1);
    expect.panel("Latency budget left").between("", 1 - 100 * slowAtMost(), 1);
    expect.panel("Availability budget left").between("", 1 - 1000, 1 - 1000 * unanswered() / 3);
    expect.panel("Burn rate, last hour").between("", 0, 100 * slowAtMost());
    expect.panel("Replicas ready").is("ready", 1).is("reporting", 1);
    expect
        .panel("Login latency")
        .upTo("p50", slowest())
        .upTo("p95", slowest())
        .upTo("p99", slowest());
    expect
        .panel("Distribution of login latency")
        .about("+Inf", logins.answered())
        .between("1.5", (1 - slowAtMost()) * logins.answered() * 0.8, logins.answered() * 1.2)
        .between("0.001", 0, 0)
        .between(OTHERS, 0, logins.answered() * 1.2);
    expect.panel("Burn rate: slow logins");
    for (String length : List.of("5m", "30m", "1h", "6h", "3d")) {
      expect.between(length, 0, 100 * slowAtMost());
    }
    expect.panel("Burn rate: failed logins");
    for (String length : List.of("5m", "30m", "1h", "6h", "3d")) {
      expect.between(length, 1000 * unanswered() / 3, 1000);
    }
  }

  private void outcomes() {
    expect
        .panel("Logins by outcome")
        .about("success", rate(logins.success()))
        .about("refused", rate(logins.refused()))
        .about("limited", rate(logins.limited()))
        .about("shed", rate(logins.shed()))
        .about("failed", rate(logins.failed()));
    expect
        .panel("Shed and failed logins")
        .about("hashes shed per second", rate(logins.shed()))
        .about("share of logins answered with a 5xx", unanswered());
    expect.panel("Rate limits").about("failed_login", rate(logins.limited())).is(OTHERS, 0);
    expect.panel("Second factors").is("totp accepted", 0).is(OTHERS, 0);
  }

  private void routes() {
    double sessions = KnownLoad.SESSIONS + KnownLoad.FORGED;
    double refreshes = KnownLoad.REFRESHES + 1;
    expect
        .panel("Requests by route")
        .about("/api/v1/auth/login", rate(logins.all()))
        .about("/api/v1/auth/me", rate(KnownLoad.ME))
        .about("/api/v1/auth/sessions", rate(sessions))
        .about("/api/v1/auth/refresh", rate(refreshes))
        .about("/api/v1/auth/ping", rate(KnownLoad.PINGS))
        .is(OTHERS, 0);
    expect
        .panel("Errors by route")
        .about("/api/v1/auth/login", (logins.shed() + logins.failed()) / (double) logins.all())
        .is(OTHERS, 0);
    expect.panel("p95 by route").upTo("/api/v1/auth/login", slowest()).upTo(OTHERS, LONG);
    double refused = logins.refused() + logins.limited();
    expect
        .panel("Routes")
        .about("A /api/v1/auth/login", rate(logins.all()))
        .about("A /api/v1/auth/me", rate(KnownLoad.ME))
        .about("A /api/v1/auth/sessions", rate(sessions))
        .about("B /api/v1/auth/login", refused / logins.all())
        .about("B /api/v1/auth/sessions", KnownLoad.FORGED / sessions)
        .about("B /api/v1/auth/refresh", 1 / refreshes)
        .about("C /api/v1/auth/login", (logins.shed() + logins.failed()) / (double) logins.all())
        .upTo("D /api/v1/auth/login", slowest())
        .upTo("E /api/v1/auth/login", slowest())
        .between(OTHERS, 0, LONG);
  }

  private void filters() {
    double fast = logins.all() + KnownLoad.ME + KnownLoad.REFRESHES + 1 + KnownLoad.PINGS;
    double all = KnownLoad.SESSIONS + KnownLoad.FORGED + fast;
    expect.board("warmgate-filters");
    expect.panel("Requests out of order").is("", 0);
    expect.panel("Heavy filters bypassed, fast lane").is("", 1);
    expect.panel("Heavy filters run, full lane").is("", 1);
    expect.panel("Filters that failed").is("", 0);
    // The rate-limit filter may already refuse a login that is shed.
    double refusedEarly = logins.shed();
    expect
        .panel("Requests per filter")
        .about("1 request-id", rate(all))
        .about("2 fast-lane", rate(all))
        .about("3 rate-limit", rate(all));
    double few = rate(all - refusedEarly) * 0.8;
    expect
        .between("4 authentication", few, rate(all) * 1.2)
        .between("5 access-control", few - rate(KnownLoad.FORGED), rate(all) * 1.2)
        .between("6 ssrf-protection", few - rate(KnownLoad.FORGED), rate(all) * 1.2);
    expect
        .panel("p95 of each filter")
        .upTo("1 request-id", 1.5)
        .upTo("2 fast-lane", 1.5)
        .upTo("3 rate-limit", 1.5)
        .upTo("4 authentication", 1.5)
        .upTo("5 access-control", 1.5)
        .upTo("6 ssrf-protection", 1.5);
    expect
        .panel("Requests rejected by each filter")
        .about("authentication", rate(KnownLoad.FORGED))
        .between("rate-limit", 0, rate(refusedEarly) * 1.2);
    expect
        .panel("Bypasses by lane")
        .is("access-control, fast lane", 1)
        .is("ssrf-protection, fast lane", 1)
        .is("access-control, full lane", 0)
        .is("ssrf-protection, full lane", 0);
    expect.panel("Time spent in each filter").between(OTHERS, 0, LONG);
  }

  private void resources() {
    expect.board("warmgate-resources");
    expect.panel("Readiness by replica").is(OTHERS, 1);
    expect
        .panel("Health checks")
        .is("database", 1)
        .is("redis", 1)
        .is("signing-keys", 1)
        .is("warm-up", 1)
        .is(OTHERS, 1);
    expect.panel("Warm-up: duration of each step");
    for (String step : List.of("database", "redis", "signing-keys", "hashing", "http", "pool")) {
      expect.between(step, 0, 90);
    }
    expect.between(OTHERS, 0, 90);
    // On a busy machine the warm-up may not settle.
    expect.panel("Warm-up steps that did not complete").between("", 0, 2);
    expect.panel("Redis").is("", 0);
    expect.panel("Connections in use").between("", 0, 1);
    expect.panel("Age of the signing key").between("", 0, 3600);
    expect
        .panel("Connections for requests")
        .between("used", 0, 10)
        .between("idle", 0, 10)
        .is("limit", 10);
    expect
        .panel("Requests waiting for a connection")
        .between("requests", 0, 100)
        .between("background", 0, 10);
    expect.panel("Connections: wait and use time").upTo("waited", LONG).upTo("used", LONG);
    expect.panel("Statements").upTo(OTHERS, LONG);
    expect.panel("Statements per second").between(OTHERS, 0, 1000);
    expect.panel("Connection timeouts").is("timeouts", 0);
    expect.panel("Requests ended before they were complete").is(OTHERS, 0);
    expect.panel("Requests that wait for their clients").between("unfinished", 0, 10);
    expect.panel("Memory of unfinished requests").between(OTHERS, 0, 1024 * 1024);
    expect.panel("Open connections").between(OTHERS, 0, 4096);
    expect.panel("Connections closed because there were too many").is(OTHERS, 0);
    double lookups = KnownLoad.ME + KnownLoad.SESSIONS;
    expect.panel("Cache hits").between("local", 1 - 5 / lookups, 1).between("shared", 0, 1);
    expect
        .panel("Token lookups")
        .between("local hit", rate(lookups - 5) * 0.8, rate(lookups) * 1.2)
        .between(OTHERS, 0, rate(lookups));
    expect.panel("Redis commands").upTo(OTHERS, LONG);
    expect
        .panel("Refreshes by outcome")
        .about("rotated", rate(KnownLoad.REFRESHES))
        .about("refused", rate(1))
        .is("graced", 0)
        .is("suspected", 0)
        .is("reused", 0);
    expect.panel("Webhook attempts").is("delivered", 0).is("failed", 0).is("dead", 0);
    expect.panel("Breach checks").is("clean", 0).is("breached", 0).is("missed", 0);
    expect.panel("Refusals missing from the audit trail").is("dropped", 0);
  }

  private void hashing() {
    expect.panel("Wait and hash time").upTo("waited", slowest()).upTo("computed", slowest());
    expect.panel("Hashing gate").is("admitted", 0).is("waiting", 0).between("capacity", 1, 128);
    expect
        .panel("Hashes and refusals")
        .about("computed", rate(logins.answered()))
        .about("shed", rate(logins.shed()));
    expect.panel("Hashes of other services").is(OTHERS, 0);
  }

  private void mail() {
    expect.board("warmgate-mail");
    expect.panel("Mails waiting").is("", 0);
    expect.panel("Age of the oldest").is("", 0);
    expect.panel("Given up").is("", 0);
    expect.panel("Mail server").is(OTHERS, 1);
    expect.panel("Outbox").is("waiting", 0);
    expect.panel("Age of the oldest mail").is("oldest", 0);
    expect
        .panel("Attempts by outcome")
        .about("sent", rate(KnownLoad.MAILS))
        .is("failed", 0)
        .is("refused", 0)
        .is("given_up", 0)
        .is("withheld", 0);
    expect.panel("Time of the mail server").upTo("p50", LONG).upTo("p95", LONG);
  }

  private void loadTest() {
    expect.board("warmgate-load-test");
    expect.panel("Runs of the gate").is("earlier", 0).is("known-load", 1);
    expect.panel("Runs in the time range").is("", 1);
    expect.panel("Running now").is("", 1);
    expect
        .panel("Offered, accepted, shed")
        .about("offered", rate(logins.all()))
        .about("accepted", rate(logins.answered()))
        .about("shed", rate(logins.shed()));
    expect
        .panel("Latency of accepted logins")
        .upTo("p50", slowest())
        .upTo("p95", slowest())
        .upTo("p99", slowest());
    expect.panel("Latency of refusals").upTo("shed", slowest()).upTo("limited", slowest());
    expect.panel("Inside the hashing gate").is("admitted", 0).between("capacity", 1, 128);
    expect.panel("Other requests").upTo(OTHERS, LONG);
    expect.panel("Processor").between(OTHERS, 0, 1.1);
    expect
        .panel("Requests waiting for a connection")
        .between("waiting", 0, 100)
        .between("connections in use", 0, 10);
    expect.panel("Threads").between("threads", 20, 500);
  }
}
