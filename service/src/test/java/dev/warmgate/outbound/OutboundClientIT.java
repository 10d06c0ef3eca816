package dev.warmgate.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import dev.warmgate.network.Cidr;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks that the client connects only to allowed addresses and to hosts with a valid certificate.
 */
final class OutboundClientIT {
  private static final String NAME = "hooks.example.com";
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @TempDir private static Path directory;

  private final OutboundUrlPolicy policy =
      new OutboundUrlPolicy(List.of(Cidr.parse("127.0.0.1/32")));
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<String> received = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
  }

  @Test
  void sendsHeadersAndBody() throws Exception {
    int port =
        serve(exchange -> {
          received.add(exchange.getRequestHeaders().getFirst("webhook-id"));
          received.add(exchange.getRequestHeaders().getFirst("Content-Type"));
          received.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.sendResponseHeaders(204, -1);
        });
    int status =
        client(TIMEOUT)
            .post(
                "http://127.0.0.1:" + port + "/in",
                Map.of("webhook-id", "7"),
                "{\"ü\":1}".getBytes(UTF_8))
            .status();

    assertThat(status).isEqualTo(204);
    assertThat(received).containsExactly("7", "application/json; charset=UTF-8", "{\"ü\":1}");
  }

  @Test
  void doesNotFollowRedirects() throws Exception {
    int port =
        serve(exchange -> {
          received.add(exchange.getRequestURI().getPath());
          exchange.getResponseHeaders().set("Location", "/other");
          exchange.sendResponseHeaders(307, -1);
        });

    assertThat(post(client(TIMEOUT), "http://127.0.0.1:" + port + "/in")).isEqualTo(307);
    assertThat(received).containsExactly("/in");
  }

  @Test
  void refusesAnAddressThatIsNotAllowed() throws Exception {
    int port = serve("127.0.0.2", this::accept);
    OutboundClient client = client(TIMEOUT);

    assertThat(refusal(client, "http://127.0.0.2:" + port)).isEqualTo(UrlRefusal.SCHEME);
    assertThat(refusal(client, "https://127.0.0.2:" + port)).isEqualTo(UrlRefusal.PORT);
    assertThat(received).isEmpty();
  }

  @Test
  void refusesANameWhenItResolvesToAnotherAddress() throws Exception {
    SSLContext tls = Certificates.of(directory, NAME);
    int port = serveTls("127.0.0.1", 0, tls, this::acceptAndClose);
    serveTls("127.0.0.2", port, tls, this::acceptAndClose);
    ScriptedNames names =
        new ScriptedNames()
            .atPort(port)
            .answer("127.0.0.1")
            .answer("127.0.0.2")
            .answer("127.0.0.1", "127.0.0.2")
            .answer("127.0.0.1");
    OutboundClient client = client(TIMEOUT, names, tls);

    assertThat(post(client, "https://" + NAME + "/first")).isEqualTo(200);
    assertThat(names.lookups()).as("lookups of the first call").isEqualTo(1);
    assertThat(refusal(client, "https://" + NAME + "/second"))
        .isEqualTo(UrlRefusal.PRIVATE_ADDRESS);
    assertThat(refusal(client, "https://" + NAME + "/third")).isEqualTo(UrlRefusal.PRIVATE_ADDRESS);
    assertThat(post(client, "https://" + NAME + "/fourth")).isEqualTo(200);
    assertThat(received).containsExactly("/first", "/fourth");
  }

  @Test
  void sendsTheNameWithSniAndVerifiesTheCertificateForIt() throws Exception {
    SSLContext tls = Certificates.of(directory, NAME);
    int port =
        serveTls(
            "127.0.0.1",
            0,
            tls,
            exchange -> {
              received.add(requestedName((HttpsExchange) exchange));
              acceptAndClose(exchange);
            });
    ScriptedNames names = new ScriptedNames().atPort(port).answer("127.0.0.1").answer("127.0.0.1");
    OutboundClient client = client(TIMEOUT, names, tls);

    assertThat(post(client, "https://" + NAME + "/in")).isEqualTo(200);
    assertThat(received).containsExactly(NAME, "/in");
    assertThatThrownBy(() -> post(client, "https://other.example.com/in"))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("other.example.com");
    assertThat(received).hasSize(2);
  }

  @Test
  void refusesACertificateOfAnUnknownAuthority() throws Exception {
    int port = serveTls("127.0.0.1", 0, Certificates.of(directory, NAME), this::accept);
    ScriptedNames names = new ScriptedNames().atPort(port).answer("127.0.0.1");
    OutboundClient client = client(TIMEOUT, names, SSLContexts.createDefault());

    assertThatThrownBy(() -> post(client, "https://" + NAME)).isInstanceOf(SSLException.class);
    assertThat(received).isEmpty();
  }

  @Test
  void ignoresProxySettings() throws Exception {
    int port = serve(this::accept);
    Map<String, String> proxy =
        Map.of("http.proxyHost", "127.0.0.1", "http.proxyPort", "1", "http.nonProxyHosts", "");
    proxy.forEach(System::setProperty);
    try {
      assertThat(post(client(TIMEOUT), "http://127.0.0.1:" + port)).isEqualTo(200);
    } finally {
      proxy.keySet().forEach(System::clearProperty);
    }
  }

  private OutboundClient client(Duration timeout) {
    return client(timeout, SystemDefaultDnsResolver.INSTANCE, SSLContexts.createDefault());
  }

  private OutboundClient client(Duration timeout, DnsResolver names, SSLContext trust) {
    OutboundClient client = new OutboundClient(policy, timeout, 2, names, () -> trust);
    opened.add(client);
    return client;
  }

  private static int post(OutboundClient client, String url) throws IOException {
    return client.post(url, Map.of(), "{}".getBytes(UTF_8)).status();
  }

  private static UrlRefusal refusal(OutboundClient client, String url) {
    return catchThrowableOfType(OutboundRefused.class, () -> post(client, url)).refusal();
  }

  private static String requestedName(HttpsExchange exchange) {
    ExtendedSSLSession session = (ExtendedSSLSession) exchange.getSSLSession();
    return ((SNIHostName) session.getRequestedServerNames().getFirst()).getAsciiName();
  }

  private void accept(HttpExchange exchange) throws IOException {
    received.add(exchange.getRequestURI().getPath());
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(200, -1);
  }

  private void acceptAndClose(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Connection", "close");
    accept(exchange);
  }

  private int serve(HttpHandler handler) throws IOException {
    return serve("127.0.0.1", handler);
  }

  private int serve(String address, HttpHandler handler) throws IOException {
    return start(HttpServer.create(new InetSocketAddress(address, 0), 0), handler);
  }

  private int serveTls(String address, int port, SSLContext tls, HttpHandler handler)
      throws IOException {
    HttpsServer server = HttpsServer.create(new InetSocketAddress(address, port), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return start(server, handler);
  }

  private int start(HttpServer server, HttpHandler handler) {
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            handler.handle(exchange);
          }
        });
    server.start();
    opened.add(() -> server.stop(0));
    return server.getAddress().getPort();
  }
}
