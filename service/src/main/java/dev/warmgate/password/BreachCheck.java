package dev.warmgate.password;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.warmgate.breaker.Breaker;
import dev.warmgate.outbound.OutboundClient;
import dev.warmgate.request.DecoyRules;
import dev.warmgate.secret.Crypto;
import dev.warmgate.telemetry.Telemetry;
import io.dropwizard.lifecycle.Managed;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks whether a password was in a breach, in the range protocol of Have I Been Pwned: it tells the
 * first five of the forty digits of its SHA-1, and gets all that begin so (k-anonymity). What it
 * cannot learn in time it counts and does not know.
 */
public final class BreachCheck implements Managed {
  /** Each holds the thread of its request for as long as the time-out. */
  public static final int MOST_CALLS = 8;

  /** An answer of about 40 KiB is usual. */
  private static final int MAX_ANSWER_BYTES = 128 * 1024;

  private static final int TOLD_DIGITS = 5;
  private static final int KEPT_DIGITS = 35;
  private static final int OK = 200;
  private static final Logger log = LoggerFactory.getLogger(BreachCheck.class);

  private final @Nullable String url;
  private final OutboundClient client;
  private final Breaker breaker = new Breaker(System::nanoTime);
  private final Semaphore calls = new Semaphore(MOST_CALLS);
  private final LongCounter checks;

  public BreachCheck(
      PasswordConfiguration.BreachCheckSettings settings,
      OutboundClient client,
      OpenTelemetry telemetry) {
    this.url = settings.url();
    this.client = client;
    this.checks =
        telemetry
            .getMeter(Telemetry.SCOPE)
            .counterBuilder(Telemetry.PASSWORD_BREACH_CHECKS)
            .build();
    // So that the first one is an increase.
    List.of("clean", "breached", "missed").forEach(outcome -> count(outcome, 0));
  }

  /** Whether it is known to have been in a breach; waits for that no longer than the time-out. */
  boolean finds(Password password) {
    if (url == null || !DecoyRules.isPasswordKept()) {
      return false;
    }
    Optional<Boolean> found = ask(sha1(password));
    count(found.map(breached -> breached ? "breached" : "clean").orElse("missed"), 1);
    return found.orElse(false);
  }

  private void count(String outcome, int more) {
    checks.add(more, Attributes.of(Telemetry.OUTCOME, outcome));
  }

  private Optional<Boolean> ask(String hash) {
    if (!breaker.allows() || !calls.tryAcquire()) {
      return Optional.empty();
    }
    try {
      OutboundClient.Content answer =
          client.get(
              url + "/range/" + hash.substring(0, TOLD_DIGITS),
              // So that not even the length of the answer tells which one was asked for.
              Map.of("Add-Padding", "true"),
              MAX_ANSWER_BYTES);
      if (answer.status() != OK) {
        throw new IOException("it answered " + answer.status());
      }
      boolean found = contains(answer.body(), hash.substring(TOLD_DIGITS));
      if (breaker.succeeded()) {
        log.info("the breach check answers again");
      }
      return Optional.of(found);
    } catch (IOException | IllegalStateException | RejectedExecutionException away) {
      if (breaker.failed()) {
        log.warn("the breach check is away, the local list decides: {}", away.getMessage());
      }
      return Optional.empty();
    } finally {
      calls.release();
    }
  }

  /** Lines of the other digits and how often that password was seen; never, for padding. */
  private static boolean contains(byte[] body, String digits) throws IOException {
    boolean found = false;
    List<String> lines = new String(body, US_ASCII).lines().toList();
    if (lines.isEmpty()) {
      throw new IOException("its answer is empty, which no range of hashes is");
    }
    for (String line : lines) {
      // Anything else is somebody else's page, and says nothing about a password.
      if (line.length() < KEPT_DIGITS + 2 || line.charAt(KEPT_DIGITS) != ':') {
        throw new IOException("its answer is no range of hashes");
      }
      found |= line.regionMatches(true, 0, digits, 0, KEPT_DIGITS) && !line.endsWith(":0");
    }
    return found;
  }

  private static String sha1(Password password) {
    return HexFormat.of().withUpperCase().formatHex(Crypto.sha1(password.utf8()));
  }

  @Override
  public void stop() {
    client.close();
  }
}
