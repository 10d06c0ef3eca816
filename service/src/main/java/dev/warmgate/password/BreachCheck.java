package dev.warmgate.password;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.warmgate.breaker.Breaker;
import dev.warmgate.logging.RootCause;
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
 * Checks whether a password appears in a known breach, with the range protocol of Have I Been
 * Pwned: it sends the first five of the forty hex digits of the SHA-1 hash and gets all hashes with
 * that prefix (k-anonymity). If no valid response arrives in time, the check counts a miss and lets
 * the password pass.
 */
public final class BreachCheck implements Managed {
  /** Bounds the request threads that the check may block, each for at most the timeout. */
  public static final int MOST_CALLS = 8;

  /** A typical response has about 40 KiB. */
  private static final int MAX_ANSWER_BYTES = 128 * 1024;

  private static final int PREFIX_DIGITS = 5;
  private static final int SUFFIX_DIGITS = 35;
  private static final int OK = 200;
  private static final String SETTING = "password.breach_check.url, PASSWORD_BREACH_CHECK_URL";
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
    // Creates the series at zero, so that the first check shows up as an increase.
    List.of("clean", "breached", "missed").forEach(outcome -> count(outcome, 0));
  }

  /** Returns whether the password is known to be breached; waits no longer than the timeout. */
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
              url + "/range/" + hash.substring(0, PREFIX_DIGITS),
              // Hides the prefix from observers, who could recognise it by the length of the
              // response.
              Map.of("Add-Padding", "true"),
              MAX_ANSWER_BYTES);
      if (answer.status() != OK) {
        throw new IOException("it answered with status " + answer.status());
      }
      boolean found = contains(answer.body(), hash.substring(PREFIX_DIGITS));
      if (breaker.succeeded()) {
        log.info("the breach check is available again");
      }
      return Optional.of(found);
    } catch (IOException | IllegalStateException | RejectedExecutionException unavailable) {
      if (breaker.failed()) {
        log.warn(
            "the breach check is unavailable, only the local list applies: {}",
            RootCause.of(unavailable, SETTING));
      }
      return Optional.empty();
    } finally {
      calls.release();
    }
  }

  /**
   * Each line holds the remaining digits and how often that password was breached; padding has 0.
   */
  private static boolean contains(byte[] body, String digits) throws IOException {
    boolean found = false;
    List<String> lines = new String(body, US_ASCII).lines().toList();
    if (lines.isEmpty()) {
      throw new IOException("its response is empty");
    }
    for (String line : lines) {
      // A captive portal or a proxy answers with other content, which says nothing about the
      // password.
      if (line.length() < SUFFIX_DIGITS + 2 || line.charAt(SUFFIX_DIGITS) != ':') {
        throw new IOException("its response is not a range of hashes");
      }
      found |= line.regionMatches(true, 0, digits, 0, SUFFIX_DIGITS) && !line.endsWith(":0");
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
