package dev.warmgate.factor;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Two replicas with mail and with limits, of which only that of wrong factors is low. */
final class FactorReplicas implements BeforeAllCallback, AfterAllCallback {
  /** Of {@code rate_limits.failed_factor}. */
  static final int MOST_FAILURES = 10;

  private static final String UNLIMITED = "100000/1m";

  private final List<RunningService> services = List.of(service(), service());

  private static RunningService service() {
    return Mailed.on(new RunningService().withManyConnections())
        .with("housekeeping.interval", "1h")
        // While Redis is away, each replica counts for itself.
        .with("redis.command_timeout", "500ms")
        .with("proofs.email_login", "true")
        .with("switches.rate_limits", "true")
        .with("rate_limits.failed_factor", MOST_FAILURES + "/10h")
        .with("rate_limits.login", UNLIMITED)
        .with("rate_limits.password", UNLIMITED)
        .with("rate_limits.register", UNLIMITED)
        .with("rate_limits.factor", UNLIMITED)
        .with("rate_limits.proof", UNLIMITED)
        .with("rate_limits.mail", UNLIMITED);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    one().start();
    services.getLast().with("database.url", one().databaseUrl()).start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    services.forEach(RunningService::stop);
  }

  RunningService one() {
    return services.getFirst();
  }

  /** Returns a client of one of them, in turn. */
  ApiClient api(int turn) {
    return services.get(turn % services.size()).api();
  }

  /** Registers an account whose address is proven. */
  Answer register(String email) {
    Answer registered = api(0).register(email);
    one().sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", email);
    return registered;
  }
}
