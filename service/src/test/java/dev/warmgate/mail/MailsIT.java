package dev.warmgate.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.secret.SecretKeys;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.MailServer;
import dev.warmgate.testkit.OtherProcess;
import dev.warmgate.testkit.RunningService;
import java.sql.Connection;
import java.time.Duration;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests mails from the statement that queues them to the mailbox of their reader. */
final class MailsIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final MailServer SERVER = new MailServer();

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("mail.url", SERVER.url())
          .with("mail.from", "Example <no-reply@example.org>")
          .with("mail.site_url", "https://app.example.com")
          .with("mail.retention", "0s")
          .with("housekeeping.interval", "200ms");

  private final String address = ApiClient.newEmail();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  /** Stands in for a feature that queues a mail with its change. */
  public interface Feature {
    @SqlQuery(
        """
        WITH changed AS (
          UPDATE account SET locale = 'de' WHERE email = :email RETURNING id, email, locale
        ), mails AS (
          SELECT 'reset' AS kind, id AS account_id, email AS address, locale,
            CAST('{}' AS jsonb) AS parameters, CAST(:request AS uuid) AS request_id,
            CAST(:keyId AS text) AS key_id, INTERVAL '30 min' AS lifetime
          FROM changed
        )
        """
            + MailOutbox.QUEUED
            + "SELECT count(*) FROM changed")
    int change(String email, UUID request, String keyId, @BindMethods("mail") MailOutbox mail);
  }

  @Test
  @Tag("quick")
  void arriveInTheirReadersLanguageWithTheirLinkAndCode() throws Exception {
    MailSecrets secrets = new MailSecrets(new SecretKeys(RunningService.KEY));
    UUID request = UUID.randomUUID();
    SERVICE.api().register(address);
    String link = secrets.link("k1", request);
    String code = secrets.code("k1", request);
    queue(request, true);
    assertThat(SERVICE.value("SELECT string_agg(to_jsonb(mail)::text, '') FROM mail"))
        .satisfiesAnyOf(
            rows -> assertThat(rows).isNull(), rows -> assertThat(rows).doesNotContain(link, code));
    Eventually.within(SOON, () -> SERVER.mailbox(address).size() == 1);

    MailServer.Received mail = SERVER.mailbox(address).getFirst();
    assertThat(mail.from()).isEqualTo("Example <no-reply@example.org>");
    assertThat(mail.to()).isEqualTo(address);
    assertThat(mail.subject()).isEqualTo("Neues Passwort festlegen");
    assertThat(mail.messageId()).endsWith("@example.org>");
    assertThat(mail.text())
        .contains("https://app.example.com")
        .contains("http://127.0.0.1:8080/account/link/reset?token=" + link)
        .contains(code);
    assertThat(mail.html()).contains(code).contains("/account/link/reset?token");
    Eventually.within(SOON, () -> SERVICE.value("SELECT count(*) FROM mail").equals("0"));
  }

  @Test
  void areQueuedWithTheirCauseOrNotAtAll() throws Exception {
    SERVICE.api().register(address);
    queue(UUID.randomUUID(), false);
    assertThat(SERVICE.value("SELECT count(*) FROM mail WHERE address = ?", address))
        .isEqualTo("0");
    assertThat(SERVICE.value("SELECT locale FROM account WHERE email = ?", address))
        .isEqualTo("de");
  }

  @Test
  void areNotSentBeforeTheirCauseIsCommitted() throws Exception {
    try (Connection connection = SERVICE.connection()) {
      connection.setAutoCommit(false);
      connection
          .createStatement()
          .execute("INSERT INTO mail (kind, address) VALUES ('invite', '" + address + "')");
      Thread.sleep(Duration.ofSeconds(2));
      assertThat(SERVER.mailbox(address)).isEmpty();
      connection.commit();
    }
    Eventually.within(SOON, () -> SERVER.mailbox(address).size() == 1);
  }

  private void queue(UUID request, boolean on) {
    try (OtherProcess process = new OtherProcess(SERVICE.databaseUrl())) {
      int changed =
          process
              .foundation()
              .database()
              .dao(Feature.class)
              .change(address, request, "k1", new MailOutbox(on, false, null, false));
      assertThat(changed).isOne();
    }
  }
}
