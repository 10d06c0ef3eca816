package dev.warmgate.loadtest.stack;

import dev.warmgate.loadtest.trace.SpanReceiver;
import dev.warmgate.loadtest.trace.ZipkinForwarder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * PostgreSQL, Redis and the service with its agent, running and ready. A start that fails throws
 * one {@link StackFailure} and, like {@link #close}, leaves no process behind.
 */
public final class Stack implements AutoCloseable {
  private final Teardown teardown = new Teardown();
  private final StackOptions options;
  private final Phases phases;
  private StackAddress address;
  private SpanReceiver spans;
  private LocalZipkin zipkin;
  private LocalTelemetry telemetry;
  private Dependencies dependencies;
  private Consumer<String> mails;
  private Map<String, String> environment;
  private ServiceBuilder builder;
  private ServiceProcess service;

  /**
   * Creates a stack that {@link #start} starts; {@link #close} is safe at any time and from any
   * thread.
   */
  public Stack(StackOptions options, Consumer<String> progress) {
    this.options = options;
    this.phases = new Phases(progress);
  }

  /**
   * Also starts a mail server, unless the service has one ({@code SMTP_URL}).
   *
   * @param lines gets a line for each mail
   */
  public Stack withMail(Consumer<String> lines) {
    mails = lines;
    return this;
  }

  /** Starts a stack; returns when the service is ready and a trace from its tracer has arrived. */
  public static Stack started(StackOptions options, Consumer<String> progress)
      throws InterruptedException {
    Stack stack = new Stack(options, progress);
    stack.start();
    return stack;
  }

  /**
   * Like {@link #started}, and also stops everything when this process is told to end, even during
   * the start.
   */
  public static Stack startedUntilExit(StackOptions options, Consumer<String> progress)
      throws InterruptedException {
    Stack stack = new Stack(options, progress);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stack::close));
    stack.start();
    return stack;
  }

  public void start() throws InterruptedException {
    try {
      startAll();
    } catch (IOException e) {
      close();
      throw new StackFailure("The stack did not start: " + e, e);
    } catch (InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void startAll() throws IOException, InterruptedException {
    StackDirectory directory = teardown.start(() -> StackDirectory.open(options.directory()));
    Leftovers leftovers = new Leftovers(directory);
    leftovers.stop().forEach(phases::note);
    teardown.start(() -> (AutoCloseable) leftovers::forget);
    if (options.fresh()) {
      // The unpacked binaries are kept.
      directory.delete("postgres", "redis", "secrets", "service-key", "mail");
    }
    address =
        new StackAddress(
            Ports.claim(options.port(), "--port"),
            Ports.claim(options.adminPort(), "--admin-port"));
    dependencies =
        teardown.start(
            () -> Dependencies.start(directory, leftovers, options.postgresSettings(), phases));
    environment = new TreeMap<>(options.environment());
    environment.putAll(dependencies.environment());
    // With mails it is for people, who follow their links.
    environment.put("WARMGATE_ISSUER", mails == null ? address.baseUrl() : address.siteUrl());
    environment.put("BIND_HOST", options.inherited("BIND_HOST", "127.0.0.1"));
    if (mails != null && options.inherited("SMTP_URL", "").isEmpty()) {
      LocalMail mail = teardown.start(() -> LocalMail.start(directory.resolve("mail"), mails));
      environment.put("SMTP_URL", mail.url());
      environment.put("MAIL_FROM", "Warmgate <no-reply@warmgate.test>");
      phases.reached("Mail", "kept in " + directory.resolve("mail"));
    }
    Map<String, String> own = new TreeMap<>(environment);
    own.put("PORT", Integer.toString(address.port()));
    own.put("ADMIN_PORT", Integer.toString(address.adminPort()));
    directory.writeSecret("stack.env", asShell(own));
    teardown.start(() -> (AutoCloseable) () -> directory.delete("stack.env"));

    builder =
        dependencies
            .service(options.project())
            .with(own)
            .withAgent(options.withAgent())
            .withCache(options.withCache());
    if (options.recordsCache() && builder.recordCache()) {
      phases.reached("Cache", "the JVM's start-up cache is recorded, once per build");
    }
    if (options.withAgent()) {
      spans = teardown.start(SpanReceiver::start);
      builder.with(variablesOfTheAgent());
    }
    if (options.telemetry().isPresent()) {
      Path programs = options.telemetry().get();
      telemetry =
          teardown.start(
              () -> LocalTelemetry.start(options, programs, directory, leftovers, phases));
      telemetry.follow(spans());
      builder.with(Map.of("OBSERVATORY_TRACE_URL", telemetry.traceUrl()));
      phases.reached("Telemetry", "logs in " + directory.resolve("telemetry"));
    }
    if (options.zipkin().isPresent()) {
      zipkin = new LocalZipkin(options.zipkin().get(), options.zipkinPort());
      ZipkinForwarder forwarder = teardown.start(() -> ZipkinForwarder.start(zipkin.intake()));
      spans().handTo(forwarder::offer);
      builder.with(Map.of("OBSERVATORY_TRACE_URL", zipkin.traceUrl()));
    }
    service = teardown.start(builder::start);
    leftovers.remember("service", service.handle());
    service.awaitReady();
    phases.reached("Service", "log in " + directory.resolve("service.log"));
    if (options.withServiceKey()) {
      DevelopmentKey.in(directory, options.project(), own);
    }
    if (options.withAgent()) {
      String traceId = TracerCheck.run(address.baseUrl(), spans);
      phases.reached("Tracer", "its first trace arrived: " + traceId);
    } else {
      phases.note("  Tracer       off, because AGENT=off");
    }
    if (zipkin != null) {
      // Last, because its start would slow down the service's start.
      Path zipkinLog = directory.resolve("zipkin.log");
      teardown.start(() -> zipkin.start(zipkinLog, leftovers));
      zipkin.awaitReady(zipkinLog);
      phases.reached("Zipkin", "log in " + zipkinLog);
    }
    phases.finished();
  }

  /** Returns the additional variables of the agent. */
  private Map<String, String> variablesOfTheAgent() {
    String file = options.project().resolve("service/config/otel.yml").toString();
    return Map.of(
        "OTEL_CONFIG_FILE", options.inherited("OTEL_CONFIG_FILE", file),
        "OTEL_EXPORTER_OTLP_ENDPOINT", spans.endpoint(),
        // Milliseconds; with the default of 5000, a trace would be visible only seconds later.
        "OTEL_BSP_SCHEDULE_DELAY", "500");
  }

  /** Formats the variables as lines that a shell can source; no value contains a quote. */
  private static String asShell(Map<String, String> variables) {
    return variables.entrySet().stream()
        .map(entry -> entry.getKey() + "='" + entry.getValue() + "'\n")
        .collect(Collectors.joining());
  }

  public StackAddress address() {
    return address;
  }

  /** Returns the receiver of the service's traces; fails if the agent is off. */
  public SpanReceiver spans() {
    if (spans == null) {
      throw new StackFailure("There are no traces, because the agent is off.");
    }
    return spans;
  }

  /** Returns the address that shows traces in a browser, if Zipkin runs. */
  public Optional<String> tracesUrl() {
    return Optional.ofNullable(zipkin).map(LocalZipkin::url);
  }

  /** Returns the collector, Prometheus and Jaeger, if they run. */
  public Optional<LocalTelemetry> telemetry() {
    return Optional.ofNullable(telemetry);
  }

  /** Returns the current process of the service. */
  public ServiceProcess service() {
    return service;
  }

  /** Restarts the service without waiting until it is ready. */
  public void restartService() throws IOException {
    service.close();
    service = teardown.start(builder::start);
  }

  /**
   * Returns a builder for one more service on the same PostgreSQL and Redis, with the same settings
   * but without the agent; its starter must close it.
   */
  public ServiceBuilder replica() throws IOException {
    return dependencies
        .service(options.project())
        .with(environment)
        .named("second")
        .withCache(options.withCache());
  }

  public LocalPostgres postgres() {
    return dependencies.postgres();
  }

  public LocalRedis redis() {
    return dependencies.redis();
  }

  public StackDatabase database() {
    return dependencies.database();
  }

  /** Returns where data, secrets and logs are kept. */
  public Path directory() {
    return options.directory();
  }

  /** Returns the service key for local development. */
  public String serviceKey() throws IOException {
    return Files.readString(options.directory().resolve("service-key")).strip();
  }

  @Override
  public void close() {
    teardown.close();
  }
}
