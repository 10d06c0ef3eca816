package dev.warmgate.mail;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Properties;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the mail server, with a checked certificate unless its URL says plain. {@link
 * #abort} ends from another thread whatever it is waiting for.
 */
final class SmtpConnection {
  private final SmtpUrl url;
  private final @Nullable SSLSocketFactory tls;
  private final int connectMillis;
  private final int answerMillis;
  private final Session session;

  private @Nullable SMTPTransport transport;
  private volatile @Nullable Socket socket;
  private volatile boolean aborted;

  /**
   * @param greeting the name of this host for the server
   * @param tls makes its connections secure; {@code null} for a plain one
   * @param utf8 whether for addresses that need SMTPUTF8
   */
  SmtpConnection(
      SmtpUrl url,
      String greeting,
      @Nullable SSLSocketFactory tls,
      boolean utf8,
      int connectMillis,
      int answerMillis) {
    this.url = url;
    this.tls = tls;
    this.connectMillis = connectMillis;
    this.answerMillis = answerMillis;
    boolean startTls = url.security() == SmtpUrl.Security.STARTTLS;
    Properties properties = new Properties();
    properties.setProperty("mail.smtp.localhost", greeting);
    properties.setProperty("mail.smtp.auth", Boolean.toString(url.user() != null));
    properties.setProperty("mail.smtp.starttls.enable", Boolean.toString(startTls));
    properties.setProperty("mail.smtp.starttls.required", Boolean.toString(startTls));
    properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    if (tls != null) {
      properties.put("mail.smtp.ssl.socketFactory", tls);
    }
    properties.setProperty("mail.smtp.quitwait", "false");
    properties.setProperty("mail.mime.allowutf8", Boolean.toString(utf8));
    this.session = Session.getInstance(properties);
  }

  /** Asks the server whether the connection is still good. */
  boolean isOpen() {
    return transport != null && transport.isConnected();
  }

  void open() throws IOException, MessagingException {
    aborted = false;
    Socket connected = connect();
    connected.setSoTimeout(answerMillis);
    transport =
        new SMTPTransport(
            session, new URLName("smtp", url.host(), url.port(), null, url.user(), url.password()));
    boolean secured = url.security() == SmtpUrl.Security.TLS && tls != null;
    transport.connect(secured ? withTls(tls, connected) : connected);
  }

  private Socket connect() throws IOException {
    IOException last = new SocketException("no address");
    for (InetAddress address : InetAddress.getAllByName(url.host())) {
      Socket next = new Socket();
      socket = next;
      if (aborted) {
        break;
      }
      try {
        // With the name, which the certificate is checked against and no one must look up again.
        next.connect(
            new InetSocketAddress(
                InetAddress.getByAddress(url.host(), address.getAddress()), url.port()),
            connectMillis);
        return next;
      } catch (IOException unreachable) {
        next.close();
        last = unreachable;
      }
    }
    throw last;
  }

  private Socket withTls(SSLSocketFactory factory, Socket connected) throws IOException {
    SSLSocket secured = (SSLSocket) factory.createSocket(connected, url.host(), url.port(), true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  boolean takesUtf8() {
    return transport != null && transport.supportsExtension("SMTPUTF8");
  }

  /** Sends a mail over the open connection and returns the server's last answer. */
  String send(OutgoingMail mail) throws MessagingException {
    SMTPTransport open = transport;
    if (open == null) {
      throw new MessagingException("not connected");
    }
    MimeMessage message = mail.message(session);
    open.sendMessage(message, new Address[] {mail.to().forHeader()});
    return open.getLastServerResponse();
  }

  boolean wasAborted() {
    return aborted;
  }

  /** Closes the connection without a word. */
  void abort() {
    aborted = true;
    Socket current = socket;
    if (current != null) {
      try {
        current.close();
      } catch (IOException _) {
        // It is of no use in either case.
      }
    }
  }

  /** Says goodbye to the server. */
  void close() {
    try {
      if (transport != null) {
        transport.close();
      }
    } catch (MessagingException _) {
      // The server closes it, too.
    }
    abort();
  }
}
