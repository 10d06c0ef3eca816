package dev.warmgate.audit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Writes the same events to the logger {@code audit}, with each field as a JSON field of the line.
 */
final class AuditLog {
  private static final Logger log = LoggerFactory.getLogger("audit");

  private AuditLog() {}

  static void write(AuditContext origin, AuditRecord happened) {
    if (!log.isInfoEnabled()) {
      return;
    }
    List<String> added = new ArrayList<>();
    put(added, "actor", origin.actor());
    put(added, "account_id", happened.accountId());
    put(added, "session_id", happened.sessionId());
    put(added, "client_address", origin.clientAddress());
    put(added, "request_id", origin.requestId());
    put(added, "trace_id", origin.traceId());
    put(added, "details", happened.details());
    try {
      log.info(happened.event());
    } finally {
      added.forEach(MDC::remove);
    }
  }

  /** Keeps fields that the request's log lines have already. */
  private static void put(List<String> added, String key, @Nullable Object value) {
    if (value != null && MDC.get(key) == null) {
      MDC.put(key, value.toString());
      added.add(key);
    }
  }
}
