package dev.warmgate.warmup;

import dev.warmgate.secret.Crypto;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/**
 * Sends real requests over loopback through the whole stack, including logins, until they stop
 * getting faster or the budget is spent. In any case it then deletes its account and invalidates
 * its mark.
 */
public final class HttpSelfWarmer implements Callable<Warmed> {
  private static final int ME_PER_LOGIN = 4;

  /** Keeps logouts rare, because each one notifies every replica. */
  private static final int ROUNDS_PER_TOUR = 5;

  private static final long PAUSE_AFTER_FAILURE_MS = 50;

  private final WarmupMark mark;
  private final List<ApiForm> forms;
  private final Duration budget;
  private final int clients;
  private final String host;
  private final Consumer<String> forget;
  private final CompletableFuture<ServerConnector> listening = new CompletableFuture<>();
  private final LoginTimes times = new LoginTimes();
  private volatile @Nullable IOException failure;
  private final String email;
  private final String credentials;

  /**
   * @param forms those that clients may use, since the first login in each is to be fast
   * @param clients number of concurrent clients, one per concurrent hash
   * @param host the host name under which clients call the service
   * @param domain the e-mail domain of the decoy account
   * @param forget deletes the account with the given address, and those that earlier warm-ups left
   */
  public HttpSelfWarmer(
      WarmupMark mark,
      List<ApiForm> forms,
      Duration budget,
      int clients,
      String host,
      String domain,
      Consumer<String> forget) {
    this.mark = mark;
    this.forms = forms;
    this.budget = budget;
    this.clients = clients;
    this.host = host;
    this.forget = forget;
    email = random() + "@" + domain;
    credentials = "{\"email\":\"" + email + "\",\"password\":\"" + random() + "\"}";
  }

  private static String random() {
    return HexFormat.of().formatHex(Crypto.random(16));
  }

  /** Call this when the server listens. */
  public void serverStarted(Server server) {
    for (Connector connector : server.getConnectors()) {
      if (connector instanceof ServerConnector port && "application".equals(port.getName())) {
        listening.complete(port);
      }
    }
  }

  @Override
  public Warmed call() throws Exception {
    long end = System.nanoTime() + budget.toNanos();
    try {
      Optional<Loopback> self =
          Loopback.of(listening.get(budget.toNanos(), TimeUnit.NANOSECONDS), host);
      return self.isPresent()
          ? warm(self.get(), end)
          : Warmed.failed("the API does not listen on a loopback address");
    } catch (TimeoutException neverListened) {
      return Warmed.failed("the API does not listen");
    } finally {
      mark.close();
      forget.accept(email);
    }
  }

  private Warmed warm(Loopback self, long end) throws Exception {
    int registered = register(self, end);
    if (registered != 201) {
      return Warmed.failed("registration returned status " + registered);
    }
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("warm-up client").factory())) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        running.add(
            threads.submit(() -> {
              drive(self, end);
              return null;
            }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException failed) {
      throw new IOException(failed.getCause().getMessage(), failed);
    }
    String detail =
        "%d logins, the last in %.1f ms"
            .formatted(times.count() * forms.size(), times.lastMedian() / 1e6);
    if (times.settled()) {
      return Warmed.warm(detail);
    }
    return Warmed.unsettled(failure == null ? detail : detail + "; " + failure.getMessage());
  }

  /**
   * Returns the status. Clients need not wait until the service is ready, and may take all the
   * places for hashing: so it asks again while there is time.
   */
  private int register(Loopback self, long end) throws InterruptedException, IOException {
    while (true) {
      try (LoopbackClient client = new LoopbackClient(self, mark.secret())) {
        int status = client.send("POST", ApiForm.REGISTER, "", credentials).status();
        if (status != 503 || System.nanoTime() >= end) {
          return status;
        }
      }
      Thread.sleep(PAUSE_AFTER_FAILURE_MS);
    }
  }

  private void drive(Loopback self, long end) throws InterruptedException, IOException {
    int rounds = 0;
    try (LoopbackClient client = new LoopbackClient(self, mark.secret())) {
      while (!times.settled() && System.nanoTime() < end) {
        try {
          round(client, rounds++);
        } catch (IOException failed) {
          failure = failed;
          Thread.sleep(PAUSE_AFTER_FAILURE_MS);
        }
      }
    }
  }

  /** The requests of one user, in each form. */
  private void round(LoopbackClient client, int number) throws IOException {
    long took = 0;
    for (ApiForm form : forms) {
      took += visit(client, form, number % ROUNDS_PER_TOUR == 0);
    }
    times.add(took / forms.size());
  }

  /** Returns how long the login took, in nanoseconds. */
  private long visit(LoopbackClient client, ApiForm form, boolean tours) throws IOException {
    long started = System.nanoTime();
    LoopbackClient.Reply session = client.send("POST", form.login(), "", credentials);
    require(session, 200);
    long took = System.nanoTime() - started;
    String token = session.field("access_token");
    for (int i = 0; i < ME_PER_LOGIN; i++) {
      require(client.send("GET", form.me(), token, ""), 200);
    }
    // The token of a refresh is the one that PostgreSQL is asked about.
    String refresh = "{\"refresh_token\":\"" + session.field("refresh_token") + "\"}";
    LoopbackClient.Reply refreshed = client.send("POST", form.refresh(), "", refresh);
    require(refreshed, 200);
    require(client.send("GET", form.me(), refreshed.field("access_token"), ""), 200);
    if (tours) {
      for (String path : form.others()) {
        require(client.send("GET", path, "", ""), 200);
      }
      // A 404 where the pages are turned off.
      LoopbackClient.Reply _ = client.send("GET", "/account/sign-in", "", "");
      require(client.send("POST", form.logout(), token, ""), 204);
    }
    return took;
  }

  private static void require(LoopbackClient.Reply reply, int status) throws IOException {
    if (reply.status() != status) {
      throw new IOException("unexpected status " + reply.status());
    }
  }
}
