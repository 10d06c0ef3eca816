package dev.warmgate.mail;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;

/**
 * A mail that is ready to be sent. Every attempt has the same {@code Message-ID}, so that a mail
 * that arrives twice can be recognised.
 */
record OutgoingMail(
    UUID id, Instant createdAt, MailAddress from, MailAddress to, RenderedMail content) {
  private static final String UTF_8 = StandardCharsets.UTF_8.name();

  /** Keeps the id that the mail has in the outbox. */
  private static final class Identified extends MimeMessage {
    private final String messageId;

    Identified(Session session, String messageId) {
      super(session);
      this.messageId = messageId;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", messageId);
    }
  }

  MimeMessage message(Session session) throws MessagingException {
    MimeMessage message = new Identified(session, "<%s@%s>".formatted(id, from.domain()));
    message.setFrom(from.forHeader());
    message.setRecipient(Message.RecipientType.TO, to.forHeader());
    message.setSubject(content.subject(), UTF_8);
    message.setSentDate(Date.from(createdAt));
    message.setContentLanguage(new String[] {content.language()});
    // Asks for no automatic answers (RFC 3834).
    message.setHeader("Auto-Submitted", "auto-generated");
    message.setHeader("X-Auto-Response-Suppress", "All");
    message.setContent(
        new MimeMultipart(
            "alternative", part(content.text(), "plain"), part(content.html(), "html")));
    message.saveChanges();
    return message;
  }

  private static MimeBodyPart part(String text, String subtype) throws MessagingException {
    MimeBodyPart part = new MimeBodyPart();
    part.setText(text, UTF_8, subtype);
    part.setHeader("Content-Transfer-Encoding", "quoted-printable");
    return part;
  }

  @Override
  public String toString() {
    return "OutgoingMail[" + id + "]";
  }
}
