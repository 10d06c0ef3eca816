package dev.warmgate.mail;

import dev.warmgate.foundation.Foundation;
import dev.warmgate.outbox.Outbox;
import dev.warmgate.outbox.RetrySchedule;
import dev.warmgate.secret.SecretKeys;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * The wiring of the mail feature. Without a mail server nothing is queued or sent.
 *
 * @param secrets the links and codes of mails
 */
public record Mails(
    MailSecrets secrets, @Nullable MailDispatcher sending, MailHealthCheck healthCheck) {
  /**
   * @param secrets keys from which those of links and codes are derived
   * @param issuer where links lead to
   * @param pages whether this service has the pages of links; otherwise the site has
   * @param production whether reserved domains get no mail
   * @param outboxes the turn that all outboxes share
   */
  public static Mails of(
      Foundation foundation,
      MailConfiguration configuration,
      SecretKeys secrets,
      String issuer,
      boolean pages,
      boolean production,
      Lock outboxes) {
    MailSecrets mailSecrets = new MailSecrets(secrets);
    MailMetrics metrics = new MailMetrics(foundation.telemetry());
    if (!configuration.isOn()) {
      return new Mails(mailSecrets, null, new MailHealthCheck(null));
    }
    SmtpClient client = client(configuration, issuer);
    Outbox<MailDao> outbox =
        new Outbox<>(foundation.database().backgroundDao(MailDao.class), outboxes);
    MailWorker worker =
        new MailWorker(
            outbox,
            composer(configuration, issuer, pages, mailSecrets)::compose,
            client,
            new RetrySchedule(
                configuration.backoff().toJavaDuration(),
                configuration.maxBackoff().toJavaDuration(),
                configuration.attempts()),
            production,
            metrics);
    return new Mails(
        mailSecrets,
        new MailDispatcher(outbox, client, worker, metrics, configuration),
        new MailHealthCheck(client));
  }

  /** Returns what sends a test mail, if there is a mail server. */
  public static Optional<TestMail> test(
      Foundation foundation,
      MailConfiguration configuration,
      SecretKeys secrets,
      String issuer,
      boolean pages,
      boolean production) {
    return configuration.isOn()
        ? Optional.of(
            new TestMail(
                composer(configuration, issuer, pages, new MailSecrets(secrets)),
                client(configuration, issuer),
                production,
                foundation.clock()))
        : Optional.empty();
  }

  private static SmtpClient client(MailConfiguration configuration, String issuer) {
    return new SmtpClient(
        configuration.url(),
        configuration,
        URI.create(issuer).getHost(),
        SmtpClient::publicCertificates);
  }

  private static MailComposer composer(
      MailConfiguration configuration, String issuer, boolean pages, MailSecrets secrets) {
    MailTemplates own = configuration.templates();
    return new MailComposer(
        configuration,
        configuration.from(),
        issuer,
        pages,
        secrets,
        own == null ? MailTemplates.delivered() : own);
  }

  public Optional<MailDispatcher> dispatcher() {
    return Optional.ofNullable(sending);
  }

  public boolean isOn() {
    return sending != null;
  }

  /** Returns the outbox for a statement of the current request. */
  public MailOutbox outbox() {
    return MailOutbox.current(isOn(), false);
  }
}
