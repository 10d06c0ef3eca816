package dev.warmgate.loadtest.stack;

import com.icegreen.greenmail.mail.MailAddress;
import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.user.MessageDeliveryHandler;
import com.icegreen.greenmail.user.UserManager;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mail server for development, in this process and on this machine only. It delivers nothing: it
 * keeps each mail in a file and prints a line with its link and code.
 */
final class LocalMail implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
  private static final Pattern LINK = Pattern.compile("https?://\\S+\\?token=\\S+");
  private static final Pattern CODE = Pattern.compile("(?<!\\S)\\d{6}(?!\\S)");

  /** The files are what is kept, not the mailboxes in memory. */
  private static final int MOST_IN_MEMORY = 100;

  private final GreenMail server =
      new GreenMail(new ServerSetup(0, LOOPBACK, ServerSetup.PROTOCOL_SMTP));

  private final Path directory;
  private final Consumer<String> lines;
  private final AtomicInteger received = new AtomicInteger();

  private LocalMail(Path directory, Consumer<String> lines) {
    this.directory = directory;
    this.lines = lines;
  }

  /**
   * @param directory where each mail is kept
   * @param lines gets a line for each
   */
  static LocalMail start(Path directory, Consumer<String> lines) throws IOException {
    Files.createDirectories(directory);
    LocalMail mail = new LocalMail(directory, lines);
    mail.server.start();
    UserManager users = mail.server.getUserManager();
    MessageDeliveryHandler mailboxes = users.getMessageDeliveryHandler();
    users.setMessageDeliveryHandler((message, address) -> {
      mail.keep(message, address);
      return mailboxes.handle(message, address);
    });
    return mail;
  }

  int port() {
    return server.getSmtp().getPort();
  }

  String url() {
    return "smtp://" + LOOPBACK + ":" + port();
  }

  private void keep(MovingMessage moving, MailAddress address) throws MessagingException {
    MimeMessage message = moving.getMessage();
    int number = received.incrementAndGet();
    Path file =
        directory.resolve(
            "%s-%03d-%s.eml"
                .formatted(
                    LocalDateTime.now(ZoneId.systemDefault()).format(TIME),
                    number,
                    slug(message.getSubject())));
    try (OutputStream out = Files.newOutputStream(file)) {
      message.writeTo(out);
      lines.accept(line(address.getEmail(), message, file));
      if (number % MOST_IN_MEMORY == 0) {
        server.purgeEmailFromAllMailboxes();
      }
    } catch (IOException | FolderException unwritable) {
      throw new MessagingException("the mail cannot be kept", unwritable);
    }
  }

  private static String line(String address, MimeMessage message, Path file)
      throws MessagingException, IOException {
    String text = text(message);
    StringBuilder line =
        new StringBuilder("Mail to %s: %s".formatted(address, message.getSubject()));
    Matcher link = LINK.matcher(text);
    if (link.find()) {
      line.append("  link ").append(link.group());
    }
    Matcher code = CODE.matcher(text);
    if (code.find()) {
      line.append("  code ").append(code.group());
    }
    return line.append("  (").append(file).append(')').toString();
  }

  /** Returns the first part, which is the plain one. */
  private static String text(MimeMessage message) throws MessagingException, IOException {
    if (message.getContent() instanceof Multipart parts) {
      BodyPart first = parts.getBodyPart(0);
      return first.getContent().toString();
    }
    return String.valueOf(message.getContent());
  }

  private static String slug(String subject) {
    String slug = String.valueOf(subject).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return slug.length() <= 40 ? slug : slug.substring(0, 40);
  }

  @Override
  public void close() {
    server.stop();
  }
}
