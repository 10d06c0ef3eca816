package dev.warmgate.loadtest.gate.scene;

import dev.warmgate.loadtest.fault.FaultProxy;
import dev.warmgate.loadtest.gate.measure.Measurements;
import dev.warmgate.loadtest.gate.measure.UsageSampler;
import dev.warmgate.loadtest.gate.simulation.Judge;
import dev.warmgate.loadtest.gate.simulation.LoadProfile;
import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.gate.verdict.Invalid;
import dev.warmgate.loadtest.stack.MailReceiver;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.stack.Stack;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/**
 * A second service of the stack that sends mails, without the agent, behind a fault proxy to the
 * mail server, which refuses, hangs and is slow, each for the same time. In the end every mail that
 * was queued must have arrived.
 */
public final class MailOutageScene extends Scene {
  /** Of each command and each answer: a mail takes some ten seconds. */
  private static final Duration SLOW = Duration.ofSeconds(1);

  private static final Duration POLL = Duration.ofMillis(200);

  /** Without the rows that are written for the cost only. */
  private static final String QUEUED =
      "SELECT count(*) FROM mail WHERE COALESCE(next_attempt_at, sent_at, dead_at) IS NOT NULL";

  private static final String WAITING =
      "SELECT count(*) FROM mail WHERE next_attempt_at IS NOT NULL";

  private final Duration length;
  private final Stack stack;
  private final MailReceiver receiver = MailReceiver.start(0);
  private final FaultProxy mailServer;
  private final ServiceProcess service;
  private final long before;
  private final Incident incident = new Incident("the fault was not injected");
  private volatile long healed = System.nanoTime();

  /**
   * @param length of each fault
   */
  public MailOutageScene(Target target, Duration length) throws IOException, InterruptedException {
    super(target);
    this.length = length;
    stack = target.ownStack("cut off from its mail server");
    mailServer = FaultProxy.to(receiver.port());
    service =
        stack
            .replica()
            .with(
                Map.of(
                    "RATE_LIMITS",
                    "off",
                    "SMTP_URL",
                    "smtp://127.0.0.1:" + mailServer.port(),
                    "MAIL_FROM",
                    "no-reply@example.org",
                    "REGISTRATION_CONFIRM",
                    "required"))
            .startReady();
    before = number(QUEUED);
  }

  @Override
  public String url() {
    return service.baseUrl();
  }

  @Override
  public UsageSampler sampler() {
    return new UsageSampler(service.pid(), "");
  }

  @Override
  public void begin(Measurements measurements) {
    incident.start(() -> {
      Incident.await(measurements::hasBegun);
      Thread.sleep(LoadProfile.BEFORE_A_FAULT);
      mailServer.cut();
      Thread.sleep(length);
      mailServer.heal();
      mailServer.blackhole();
      Thread.sleep(length);
      mailServer.heal();
      mailServer.delay(SLOW);
      Thread.sleep(length);
      mailServer.heal();
      healed = System.nanoTime();
    });
  }

  @Override
  public void judge(Judge judge) throws InterruptedException {
    judge.add(Check.that(Check.Kind.TARGET, "fault", incident.happened(), incident.failure()));
    Check afterwards = judge.atMost(Check.Kind.LIMIT, "mail.afterwards", seconds(), "s");
    while (number(WAITING) > 0 && afterwards.ok()) {
      Thread.sleep(POLL);
      afterwards = judge.atMost(Check.Kind.LIMIT, "mail.afterwards", seconds(), "s");
    }
    long queued = number(QUEUED) - before;
    judge.add(afterwards);
    judge.add(
        Check.atMost(
            Check.Kind.ANSWERS,
            "mails lost",
            (double) queued - receiver.arrived(),
            0,
            "of " + queued));
    judge.add(Check.that(Check.Kind.TARGET, "mails", queued > 0, queued + " mails were queued"));
    judge.figure("mails", (double) queued);
    judge.figure("mails that arrived twice", receiver.repeated());
  }

  private double seconds() {
    return (System.nanoTime() - healed) / 1e9;
  }

  private long number(String query) {
    try {
      return stack.database().number(query);
    } catch (SQLException e) {
      throw new Invalid("PostgreSQL cannot be queried: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    service.close();
    mailServer.close();
    receiver.close();
  }
}
