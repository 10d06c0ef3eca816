package dev.warmgate.loadtest.load;

import dev.warmgate.loadtest.http.Json;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The accounts that a load uses in turn: new ones for each run, under the domain for load tests.
 */
public final class Accounts {
  private final int count;
  private final Deployment deployment;
  private final String run = UUID.randomUUID().toString();

  /** The next free number; all existing accounts have lower numbers. */
  private final AtomicInteger next = new AtomicInteger();

  private volatile boolean ending;

  public Accounts(int count, Deployment deployment) {
    this.count = count;
    this.deployment = deployment;
  }

  /** Registers all accounts, one after the other; fails if one is refused. */
  public void register() throws IOException, InterruptedException {
    while (next.get() < count) {
      deployment.register(account(next.getAndIncrement()));
    }
  }

  /**
   * Deletes all accounts, including those that virtual users registered, and ends the iterators.
   * Does nothing the second time.
   *
   * @return the accounts that may still exist
   */
  public synchronized List<Deployment.Account> delete() throws InterruptedException {
    if (ending) {
      return List.of();
    }
    ending = true;
    return deployment.delete(IntStream.range(0, next.get()).mapToObj(this::account).toList());
  }

  /** Registers one more account that no other user gets. */
  public Map<String, Object> registerOne() throws IOException, InterruptedException {
    int number = next.getAndIncrement();
    deployment.register(account(number));
    return asSession(number);
  }

  public static String json(Map<String, Object> session) {
    return Json.credentials(session.get("email").toString(), session.get("password").toString());
  }

  /** Cycles through the registered accounts without end. */
  public Iterator<Map<String, Object>> inTurn() {
    Stream<Map<String, Object>> accounts =
        IntStream.iterate(0, number -> (number + 1) % count).mapToObj(this::asSession);
    return accounts.takeWhile(_ -> !ending).iterator();
  }

  /** Returns unregistered accounts without end. */
  public Iterator<Map<String, Object>> strangers() {
    Stream<Map<String, Object>> strangers =
        Stream.generate(() -> asSession(next.getAndIncrement()));
    return strangers.takeWhile(_ -> !ending).iterator();
  }

  public String credentials(int number) {
    return json(asSession(number % count));
  }

  private Map<String, Object> asSession(int number) {
    Deployment.Account account = account(number);
    return Map.of("email", account.email(), "password", account.password());
  }

  private Deployment.Account account(int number) {
    return new Deployment.Account(
        "gate-" + number + "-" + run + "@" + Deployment.DOMAIN, "lanterns " + number + " " + run);
  }
}
