package dev.warmgate.audit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.warmgate.problem.ProblemMapper;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** Collects the log lines of the audit and of failed requests, with their fields. */
final class AuditLines extends AppenderBase<ILoggingEvent> {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("audit");
  private static final Logger FAILURES = (Logger) LoggerFactory.getLogger(ProblemMapper.class);

  private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

  @Override
  protected void append(ILoggingEvent event) {
    event.prepareForDeferredProcessing();
    events.add(event);
  }

  /** Call after the service has started, since its start configures the loggers again. */
  void listen() {
    LOG.setLevel(Level.INFO);
    LOG.setAdditive(false);
    start();
    LOG.addAppender(this);
    FAILURES.addAppender(this);
  }

  void stopListening() {
    LOG.detachAppender(this);
    FAILURES.detachAppender(this);
    LOG.setAdditive(true);
    LOG.setLevel(Level.WARN);
  }

  /** Returns all lines with their fields. */
  List<String> texts() {
    return events.stream().map(line -> line.getMessage() + line.getMDCPropertyMap()).toList();
  }

  /** Returns the fields of the line that records an event of a request. */
  Map<String, String> of(String request, String event) {
    return events.stream()
        .filter(line -> line.getMessage().equals(event))
        .map(ILoggingEvent::getMDCPropertyMap)
        .filter(fields -> request.equals(fields.get("request_id")))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the stack trace that was logged for a failed request. */
  String failure(String request) {
    return events.stream()
        .filter(line -> line.getThrowableProxy() != null)
        .filter(line -> request.equals(line.getMDCPropertyMap().get("request_id")))
        .map(line -> ThrowableProxyUtil.asString(line.getThrowableProxy()))
        .findFirst()
        .orElseThrow();
  }
}
