package dev.warmgate.testkit;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.FetchProfile;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.eclipse.angus.mail.imap.IMAPFolder;

/** A real mail server; its mailboxes are read over IMAP. */
public final class MailServer implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";

  private final GreenMail server =
      new GreenMail(
          new ServerSetup[] {
            new ServerSetup(0, LOOPBACK, ServerSetup.PROTOCOL_SMTP),
            new ServerSetup(0, LOOPBACK, ServerSetup.PROTOCOL_IMAP)
          });

  /** A mail as its reader gets it. */
  public record Received(
      String messageId, String from, String to, String subject, String text, String html) {}

  public MailServer() {
    server.start();
  }

  public String url() {
    return "smtp://" + LOOPBACK + ":" + server.getSmtp().getPort();
  }

  /** Returns the mails in the mailbox of an address, which exists once it has received one. */
  public List<Received> mailbox(String address) {
    if (server.getUserManager().getUserByEmail(address) == null) {
      return List.of();
    }
    Properties properties = new Properties();
    try (Store store = Session.getInstance(properties).getStore("imap")) {
      store.connect(LOOPBACK, server.getImap().getPort(), address, address);
      Folder inbox = store.getFolder("INBOX");
      inbox.open(Folder.READ_ONLY);
      Message[] messages = inbox.getMessages();
      // In one request, not in a dozen for each mail.
      FetchProfile whole = new FetchProfile();
      whole.add(IMAPFolder.FetchProfileItem.MESSAGE);
      inbox.fetch(messages, whole);
      List<Received> mails = new ArrayList<>();
      for (Message message : messages) {
        mails.add(read(message));
      }
      return mails;
    } catch (MessagingException | IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static Received read(Message message) throws MessagingException, IOException {
    Multipart parts = (Multipart) message.getContent();
    return new Received(
        message.getHeader("Message-ID")[0],
        message.getFrom()[0].toString(),
        message.getAllRecipients()[0].toString(),
        message.getSubject(),
        parts.getBodyPart(0).getContent().toString(),
        parts.getBodyPart(1).getContent().toString());
  }

  @Override
  public void close() {
    server.stop();
  }
}
