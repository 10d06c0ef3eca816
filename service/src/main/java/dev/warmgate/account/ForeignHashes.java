package dev.warmgate.account;

import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * The gauge of the hashes of other services that no login has replaced yet. A chore of housekeeping
 * counts them now and then; if that fails, the gauge keeps its last values.
 */
public final class ForeignHashes implements IntUnaryOperator {
  private static final List<String> SCHEMES =
      List.of(
          "argon2i",
          "argon2id",
          "bcrypt",
          "bcrypt-sha256",
          "fbscrypt",
          "pbkdf2-sha1",
          "pbkdf2-sha256",
          "pbkdf2-sha512",
          "scrypt");

  /** The count reads an index entry for each of them. */
  private static final Duration BETWEEN_COUNTS = Duration.ofMinutes(10);

  private final ForeignHashDao dao;
  private final Clock clock;
  private Instant next = Instant.MIN;
  private volatile Map<String, Long> left = none();

  public ForeignHashes(ForeignHashDao dao, Clock clock, OpenTelemetry telemetry) {
    this.dao = dao;
    this.clock = clock;
    var _ =
        telemetry
            .getMeter(Telemetry.SCOPE)
            .gaugeBuilder(Telemetry.HASHING_FOREIGN)
            .ofLongs()
            .buildWithCallback(gauge ->
                left.forEach((scheme, accounts) ->
                    gauge.record(accounts, Attributes.of(Telemetry.HASH_SCHEME, scheme))));
  }

  private static Map<String, Long> none() {
    Map<String, Long> none = new TreeMap<>();
    SCHEMES.forEach(scheme -> none.put(scheme, 0L));
    return none;
  }

  @Override
  public int applyAsInt(int limit) {
    Instant now = clock.instant();
    if (!now.isBefore(next)) {
      Map<String, Long> counted = none();
      dao.count().forEach(one -> counted.put(one.scheme(), one.accounts()));
      left = counted;
      next = now.plus(BETWEEN_COUNTS);
    }
    return 0;
  }
}
