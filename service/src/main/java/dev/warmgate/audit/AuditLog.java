package dev.warmgate.audit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** The same events as lines of the log {@code audit}, each field one of the JSON line. */
final class AuditLog {
  private static final Logger log = LoggerFactory.getLogger("audit");

  private AuditLog() {}

  static void tell(AuditContext origin, AuditRecord happened) {
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

  /** What the request's log lines have anyway stays. */
  private static void put(List<String> added, String key, @Nullable Object value) {
    if (value != null && MDC.get(key) == null) {
      MDC.put(key, value.toString());
      added.add(key);
    }
  }
}
