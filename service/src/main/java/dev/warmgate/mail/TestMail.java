package dev.warmgate.mail;

import java.time.Clock;
import java.util.UUID;

/**
 * Sends one mail at once and tells what the server answered, so that an operator sees whether the
 * configuration works. Nothing is queued or tried again.
 */
public final class TestMail implements AutoCloseable {
  private final MailComposer composer;
  private final SmtpClient client;
  private final boolean withholdsReserved;
  private final Clock clock;

  TestMail(MailComposer composer, SmtpClient client, boolean withholdsReserved, Clock clock) {
    this.composer = composer;
    this.client = client;
    this.withholdsReserved = withholdsReserved;
    this.clock = clock;
  }

  /** Whether the server took the mail, and its answer. */
  public record Answer(boolean sent, String text) {}

  /**
   * @throws IllegalArgumentException if the text is not an address to which mail is sent
   */
  public Answer send(String address) {
    MailAddress to = MailAddress.parse(address);
    if (withholdsReserved && to.isReserved()) {
      throw new IllegalArgumentException(
          "is in a reserved domain, which gets no mail in production");
    }
    SmtpReply reply = client.send(composer.test(to, UUID.randomUUID(), clock.instant()));
    return new Answer(reply.result() == SmtpReply.Result.SENT, reply.text());
  }

  @Override
  public void close() {
    client.close();
  }
}
