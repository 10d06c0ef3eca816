package dev.warmgate.mail;

import dev.warmgate.breaker.Breaker;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends mails to the mail server over a few connections that it keeps. Each attempt ends within a
 * time limit, whatever the server does, and a failure is a {@link SmtpReply}, never an exception.
 */
final class SmtpClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SmtpClient.class);

  /** Servers close idle connections after minutes; one kept longer than this helps nobody. */
  private static final Duration IDLE = Duration.ofSeconds(20);

  private static final Duration PROBE_WHILE_UP = Duration.ofSeconds(30);
  private static final Duration PROBE_WHILE_DOWN = Duration.ofSeconds(5);

  /** Whether the server answered the last time. */
  enum State {
    UP,
    DOWN,
    UNKNOWN
  }

  private final SmtpUrl url;
  private final MailConfiguration configuration;
  private final String greeting;
  private final Supplier<SSLContext> tls;
  private final Breaker breaker = new Breaker(System::nanoTime);
  private final Deque<SmtpConnection> idle = new ConcurrentLinkedDeque<>();
  private final Set<SmtpConnection> running = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean probing = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor deadlines =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("mail-deadline").daemon().factory());

  private volatile State state = State.UNKNOWN;
  private volatile long lastContact = System.nanoTime();
  private volatile boolean closing;

  /**
   * @param greeting the name of this host for the server
   * @param tls decides which certificates are good; only asked if the connection uses TLS
   */
  SmtpClient(
      SmtpUrl url, MailConfiguration configuration, String greeting, Supplier<SSLContext> tls) {
    this.url = url;
    this.configuration = configuration;
    this.greeting = greeting;
    this.tls = tls;
    deadlines.setRemoveOnCancelPolicy(true);
  }

  /** Returns the certificates that Java trusts. */
  static SSLContext publicCertificates() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  State state() {
    return state;
  }

  boolean isClosing() {
    return closing;
  }

  /** How many mails to send now: while the server is away, one a second as a trial. */
  int mostNow(int free) {
    if (free <= 0 || !breaker.allows()) {
      return 0;
    }
    return breaker.isOpen() ? 1 : free;
  }

  SmtpReply send(OutgoingMail mail) {
    boolean utf8 = !mail.to().isAscii();
    SmtpConnection kept = utf8 ? null : idle.pollFirst();
    SmtpConnection connection = kept == null ? connection(utf8) : kept;
    SmtpReply reply =
        attempt(
            connection,
            () ->
                utf8 && !connection.takesUtf8()
                    ? SmtpReply.withoutUtf8()
                    : SmtpReply.sent(connection.send(mail)));
    if (reply.result() == SmtpReply.Result.SENT && !utf8 && !closing) {
      idle.addFirst(connection);
    } else {
      connection.close();
    }
    return reply;
  }

  /** Connects if nothing was sent for a while, so that the state is known. */
  void probe() {
    if (!probing.compareAndSet(false, true)) {
      return;
    }
    try {
      SmtpConnection connection = connection(false);
      SmtpReply _ = attempt(connection, () -> SmtpReply.sent("250"));
      connection.close();
    } finally {
      probing.set(false);
    }
  }

  boolean needsProbe() {
    Duration every = state == State.UP ? PROBE_WHILE_UP : PROBE_WHILE_DOWN;
    return state == State.UNKNOWN || System.nanoTime() - lastContact > every.toNanos();
  }

  /** Closes connections that have not been used for a while. */
  void closeIdle() {
    if (System.nanoTime() - lastContact > IDLE.toNanos()) {
      for (SmtpConnection old = idle.pollLast(); old != null; old = idle.pollLast()) {
        old.close();
      }
    }
  }

  private SmtpConnection connection(boolean utf8) {
    return new SmtpConnection(
        url,
        greeting,
        url.security() == SmtpUrl.Security.NONE ? null : tls.get().getSocketFactory(),
        utf8,
        (int) configuration.connectTimeout().toMilliseconds(),
        (int) configuration.answerTimeout().toMilliseconds());
  }

  private interface Call {
    SmtpReply run() throws IOException, MessagingException;
  }

  private SmtpReply attempt(SmtpConnection connection, Call call) {
    running.add(connection);
    // The time limits of a socket start again with every byte, so they do not bound the whole call.
    ScheduledFuture<?> deadline =
        deadlines.schedule(
            connection::abort, configuration.timeout().toMilliseconds(), TimeUnit.MILLISECONDS);
    boolean asked = false;
    try {
      if (!connection.isOpen()) {
        connection.open();
      }
      asked = true;
      return noted(call.run());
    } catch (IOException | MessagingException failed) {
      Exception why = connection.wasAborted() ? timedOut(failed) : failed;
      connection.abort();
      return noted(SmtpReply.of(why, asked));
    } finally {
      deadline.cancel(false);
      running.remove(connection);
    }
  }

  private static Exception timedOut(Exception failed) {
    SocketTimeoutException late = new SocketTimeoutException("the time limit of a mail");
    late.addSuppressed(failed);
    return late;
  }

  private SmtpReply noted(SmtpReply reply) {
    lastContact = System.nanoTime();
    if (closing) {
      return reply;
    }
    if (reply.isAnswer()) {
      breaker.succeeded();
      if (state == State.DOWN) {
        log.info("the mail server answers again");
      }
      state = State.UP;
    } else {
      breaker.failed();
      if (state != State.DOWN) {
        log.warn("the mail server {} is away, mails wait: {}", url, reply.summary());
      }
      state = State.DOWN;
    }
    return reply;
  }

  @Override
  public void close() {
    closing = true;
    running.forEach(SmtpConnection::abort);
    idle.forEach(SmtpConnection::close);
    deadlines.shutdownNow();
  }
}
