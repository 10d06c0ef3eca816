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

/** The lines of the audit's log and of failed requests, with their fields. */
final class AuditLines extends AppenderBase<ILoggingEvent> {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("audit");
  private static final Logger FAILURES = (Logger) LoggerFactory.getLogger(ProblemMapper.class);

  private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

  @Override
  protected void append(ILoggingEvent event) {
    event.prepareForDeferredProcessing();
    events.add(event);
  }

  /** Once the service has started, since its start sets up the loggers anew. */
  void listen() {
    LOG.setLevel(Level.INFO);
    LOG.setAdditive(false);
    start();
    LOG.addAppender(this);
    FAILURES.addAppender(this);
  }

  void listenNoMore() {
    LOG.detachAppender(this);
    FAILURES.detachAppender(this);
    LOG.setAdditive(true);
    LOG.setLevel(Level.WARN);
  }

  /** All that was said, with all fields. */
  List<String> texts() {
    return events.stream().map(line -> line.getMessage() + line.getMDCPropertyMap()).toList();
  }

  /** The fields of the line of that request that tells of that event. */
  Map<String, String> of(String request, String event) {
    return events.stream()
        .filter(line -> line.getMessage().equals(event))
        .map(ILoggingEvent::getMDCPropertyMap)
        .filter(fields -> request.equals(fields.get("request_id")))
        .findFirst()
        .orElseThrow();
  }

  /** What the log says of a request that failed. */
  String failure(String request) {
    return events.stream()
        .filter(line -> line.getThrowableProxy() != null)
        .filter(line -> request.equals(line.getMDCPropertyMap().get("request_id")))
        .map(line -> ThrowableProxyUtil.asString(line.getThrowableProxy()))
        .findFirst()
        .orElseThrow();
  }
}
