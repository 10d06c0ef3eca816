package dev.warmgate.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A mail server that answers as a test wants, on a port that it can leave and take again. It takes
 * every mail unless its script says otherwise.
 */
public final class ScriptedSmtp implements AutoCloseable {
  /** The answer that never comes. */
  public static final String SILENCE = "silence";

  /** Closes the connection in place of an answer. */
  public static final String HANG_UP = "hang up";

  /** Decides what to answer to a command. */
  public interface Script {
    /**
     * @param command such as {@code MAIL FROM:<a@b>}, {@code CONNECT} for the greeting or {@code .}
     *     for the end of a mail
     * @return {@code null} for the usual answer
     */
    String answer(String command) throws InterruptedException;
  }

  private final int port = Dependencies.freePort();
  private final Map<Socket, String> lastAnswer = new ConcurrentHashMap<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<String> mails = new CopyOnWriteArrayList<>();
  private final List<String> commands = new CopyOnWriteArrayList<>();
  private volatile Script script = _ -> null;
  private volatile String extensions = "250 8BITMIME";
  private volatile SSLContext tls;
  private ServerSocket server;
  private Thread accepting;

  public String url() {
    return "smtp://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  public ScriptedSmtp answer(Script wanted) {
    script = wanted;
    return this;
  }

  /** Offers what the last lines of the answer to EHLO say. */
  public ScriptedSmtp offer(String lines) {
    extensions = lines;
    return this;
  }

  /** Can begin TLS with this context. */
  public ScriptedSmtp withTls(SSLContext context) {
    tls = context;
    return this;
  }

  /** The mails it has taken, as they came over the wire. */
  public List<String> mails() {
    return mails;
  }

  public List<String> commands() {
    return commands;
  }

  public synchronized ScriptedSmtp start() {
    try {
      server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    ServerSocket current = server;
    accepting = Thread.ofVirtual().start(() -> accept(current));
    return this;
  }

  private void accept(ServerSocket current) {
    try {
      while (true) {
        Socket socket = current.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // The test has stopped it.
    }
  }

  private void serve(Socket first) {
    Socket socket = first;
    try {
      BufferedReader in = reader(socket);
      if (!say(socket, "CONNECT", "220 test")) {
        return;
      }
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        commands.add(line);
        String verb = line.toUpperCase(Locale.ROOT);
        if (!say(socket, line, usual(verb))) {
          return;
        }
        if (verb.startsWith("STARTTLS")) {
          socket = secured(socket);
          in = reader(socket);
        } else if (verb.startsWith("DATA") && lastAnswer.get(socket).startsWith("354")) {
          String mail = body(in);
          if (!say(socket, ".", "250 2.0.0 taken", () -> mails.add(mail))) {
            return;
          }
        }
      }
    } catch (IOException | InterruptedException gone) {
      // The client, or the test, has closed the connection.
    } finally {
      close(socket);
      open.remove(first);
    }
  }

  private String usual(String verb) {
    return switch (verb.split(" ", 2)[0]) {
      case "EHLO" -> "250-test\r\n" + extensions;
      case "DATA" -> "354 go on";
      case "STARTTLS" -> "220 go on";
      case "AUTH" -> "235 ok";
      case "QUIT" -> "221 bye";
      default -> "250 ok";
    };
  }

  /** Returns whether the conversation goes on. */
  private boolean say(Socket socket, String command, String usual)
      throws IOException, InterruptedException {
    return say(socket, command, usual, () -> {});
  }

  /** Does that before a client can know that it was accepted. */
  private boolean say(Socket socket, String command, String usual, Runnable accepted)
      throws IOException, InterruptedException {
    String scripted = script.answer(command);
    String answer = scripted == null ? usual : scripted;
    if (answer.equals(HANG_UP)) {
      return false;
    }
    if (answer.equals(SILENCE)) {
      Thread.sleep(60_000);
      return false;
    }
    lastAnswer.put(socket, answer);
    if (answer.startsWith("250")) {
      accepted.run();
    }
    socket.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    return true;
  }

  private static String body(BufferedReader in) throws IOException {
    StringBuilder mail = new StringBuilder();
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      mail.append(line).append("\r\n");
    }
    return mail.toString();
  }

  private Socket secured(Socket socket) throws IOException {
    SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, true);
    secured.setUseClientMode(false);
    secured.startHandshake();
    return secured;
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Leaves the port and closes every connection. */
  public synchronized void stop() {
    try {
      if (server != null) {
        server.close();
        // Until it has noticed, the port is taken.
        accepting.join();
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    open.forEach(ScriptedSmtp::close);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It is closed.
    }
  }

  @Override
  public void close() {
    stop();
  }
}
