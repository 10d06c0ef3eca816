package dev.warmgate.audit;

import dev.warmgate.logging.LogLimit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.Marker;

/**
 * Writes the same events to the logger {@code audit}, with each field as a JSON field of the line.
 */
final class AuditLog {
  private static final Logger log = LoggerFactory.getLogger("audit");

  private AuditLog() {}

  /** Writes what has changed something. */
  static void write(AuditContext origin, AuditRecord happened) {
    write(origin, happened, LogLimit.ALWAYS);
  }

  /** Writes a refusal, unless there are many: strangers can provoke them. */
  static void writeRefusal(AuditContext origin, AuditRecord happened) {
    write(origin, happened, null);
  }

  private static void write(AuditContext origin, AuditRecord happened, @Nullable Marker marker) {
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
      log.info(marker, happened.event());
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
