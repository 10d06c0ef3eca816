package dev.warmgate.loadtest;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * PostgreSQL, Redis and the service with its agent, running and ready. A start that fails says why
 * in one {@link StackFailure} and, like {@link #close}, leaves no process behind.
 */
public final class Stack implements AutoCloseable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

  private final Teardown teardown = new Teardown();
  private final StackOptions options;
  private final Phases phases;
  private StackAddress address;
  private SpanReceiver spans;
  private LocalZipkin zipkin;
  private Callable<ServiceProcess> serviceStart;
  private ServiceProcess service;

  /** To be started by {@link #start}; may be closed at any time, from any thread. */
  public Stack(StackOptions options, Consumer<String> progress) {
    this.options = options;
    this.phases = new Phases(progress);
  }

  /** Returns when the service is ready and its tracer has proven that it lives. */
  public static Stack started(StackOptions options, Consumer<String> progress)
      throws InterruptedException {
    Stack stack = new Stack(options, progress);
    stack.start();
    return stack;
  }

  /** As {@link #started}; also stops all when this process is told to end, even while it starts. */
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
      // The unpacked binaries stay.
      directory.delete("postgres", "redis", "secrets", "service-key");
    }
    address =
        new StackAddress(
            Ports.claim(options.port(), "--port"),
            Ports.claim(options.adminPort(), "--admin-port"));
    Map<String, String> secrets = Secrets.in(directory);

    LocalPostgres postgres = teardown.start(() -> LocalPostgres.start(directory));
    phases.reached("PostgreSQL", "127.0.0.1:" + postgres.port());
    LocalRedis redis = teardown.start(() -> LocalRedis.start(directory, leftovers));
    phases.reached("Redis", "127.0.0.1:" + redis.port());

    Map<String, String> environment =
        ServiceEnvironment.of(
            options, address.port(), address.adminPort(), postgres, redis, secrets);
    directory.writeSecret("stack.env", ServiceEnvironment.asShell(environment));
    teardown.start(() -> (AutoCloseable) () -> directory.delete("stack.env"));

    Map<String, String> withTracing = new HashMap<>(environment);
    if (options.withAgent()) {
      spans = teardown.start(SpanReceiver::start);
      withTracing.putAll(ServiceEnvironment.ofAgent(options, spans));
    }
    if (options.zipkin().isPresent()) {
      zipkin = new LocalZipkin(options.zipkin().get(), options.zipkinPort());
      ZipkinForwarder forwarder = teardown.start(() -> ZipkinForwarder.start(zipkin.intake()));
      spans().handTo(forwarder::offer);
      withTracing.put("OBSERVATORY_TRACE_URL", zipkin.traceUrl());
    }
    Path log = directory.resolve("service.log");
    serviceStart =
        () ->
            ServiceProcess.start(
                options.project(), options.withAgent(), options.withCache(), withTracing, log);
    service = teardown.start(serviceStart);
    leftovers.remember("service", service.handle());
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build()) {
      service.awaitReady(client, address.baseUrl());
      phases.reached("Service", "log in " + log);
      DevelopmentKey.in(directory, options.project(), environment);
      if (options.withAgent()) {
        String traceId = TracerCheck.run(client, address.baseUrl(), spans);
        phases.reached("Tracer", "its first trace arrived: " + traceId);
      } else {
        phases.note("  Tracer       off, because AGENT=off");
      }
      if (zipkin != null) {
        // Not before: its start would slow the service's.
        Path zipkinLog = directory.resolve("zipkin.log");
        teardown.start(() -> zipkin.start(zipkinLog, leftovers));
        zipkin.awaitReady(client, zipkinLog);
        phases.reached("Zipkin", "log in " + zipkinLog);
      }
    }
    phases.finished();
  }

  public StackAddress address() {
    return address;
  }

  /** The traces of the service; fails if the agent is off. */
  public SpanReceiver spans() {
    if (spans == null) {
      throw new StackFailure("There are no traces: the agent is off.");
    }
    return spans;
  }

  /** Where a browser shows the traces; empty if nowhere. */
  public Optional<String> tracesUrl() {
    return Optional.ofNullable(zipkin).map(LocalZipkin::url);
  }

  /** The service's process at present. */
  public long servicePid() {
    return service.handle().pid();
  }

  /** Whether the service's process runs. */
  public boolean isServing() {
    return Processes.runs(service.handle());
  }

  /** Stops the service and starts it again, and does not wait until it is ready. */
  public void restartService() throws IOException {
    service.close();
    service = teardown.start(serviceStart);
  }

  /** The key that other services of this machine use. */
  public String serviceKey() throws IOException {
    return Files.readString(options.directory().resolve("service-key")).strip();
  }

  ServiceProcess service() {
    return service;
  }

  @Override
  public void close() {
    teardown.close();
  }
}
