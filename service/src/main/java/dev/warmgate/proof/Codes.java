package dev.warmgate.proof;

import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.mail.MailSecrets;
import dev.warmgate.problem.ApiException;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.request.Limit;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Checks codes. A code is good for ten minutes and five tries, and only together with the id of the
 * request that it was sent for. An attempt is counted against the address before the code is
 * checked, and refunded unless it was found wrong: not against its account, since that would tell
 * known from unknown addresses. A code that cannot be tried any more leaves its link alive.
 */
public final class Codes {
  static final int MOST_FAILURES = 5;

  private static final Pattern FORM = Pattern.compile("[0-9]{6}");

  private final ProofDao dao;
  private final MailSecrets secrets;
  private final RateLimits limits;
  private final Audit audit;
  private final LongCounter attempts;

  public Codes(
      ProofDao dao, MailSecrets secrets, RateLimits limits, Audit audit, OpenTelemetry telemetry) {
    this.dao = dao;
    this.secrets = secrets;
    this.limits = limits;
    this.audit = audit;
    this.attempts =
        telemetry.getMeter(Telemetry.SCOPE).counterBuilder(Telemetry.CODE_ATTEMPTS).build();
    for (String outcome : List.of("right", "wrong", "blocked")) {
      // Creates the series at zero, so that the first attempt shows up as an increase.
      attempts.add(0, Attributes.of(Telemetry.OUTCOME, outcome));
    }
  }

  /**
   * Returns the id of the proof if the code is right. An unknown request, one of the other form of
   * the API, or one whose key is not configured any more costs no address anything.
   *
   * @param supabase in which form the code was presented
   * @throws ApiException 429 after too many wrong codes for the address, whatever they were for
   */
  Optional<UUID> check(UUID requestId, String code, boolean supabase) {
    String digits = code.replace(" ", "");
    Optional<ProofDao.Coded> found =
        FORM.matcher(digits).matches() ? dao.findCoded(requestId, MOST_FAILURES) : Optional.empty();
    if (found.isEmpty()
        || found.get().supabase() != supabase
        || !secrets.has(found.get().keyId())) {
      return Optional.empty();
    }
    ProofDao.Coded proof = found.get();
    Optional<Duration> wait = limits.tryTake(Limit.FAILED_CODE, proof.emailKey());
    if (wait.isPresent()) {
      count("blocked");
      audit.refused(AuditEvent.CODE_BLOCKED, proof.accountId(), "kind", proof.kind());
      throw limits.refusal(Limit.FAILED_CODE, wait.get());
    }
    // Empty if concurrent attempts have used up the tries of this mail: then it was not compared.
    Optional<Boolean> right = Optional.empty();
    try {
      byte[] mac = secrets.storedCode(proof.keyId(), proof.id(), digits);
      right = dao.tryCode(proof.id(), mac, MOST_FAILURES);
    } finally {
      if (right.orElse(true)) {
        limits.refund(Limit.FAILED_CODE, proof.emailKey());
      }
    }
    right.ifPresent(is -> count(is ? "right" : "wrong"));
    if (right.isPresent() && !right.get()) {
      audit.refused(AuditEvent.CODE_REFUSED, proof.accountId(), "kind", proof.kind());
    }
    return right.filter(Boolean::booleanValue).map(_ -> proof.id());
  }

  private void count(String outcome) {
    attempts.add(1, Attributes.of(Telemetry.OUTCOME, outcome));
  }
}
