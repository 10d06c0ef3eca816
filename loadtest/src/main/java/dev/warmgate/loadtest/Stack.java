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
 * PostgreSQL, Redis and the service with its agent, running and ready. A start that fails throws
 * one {@link StackFailure} and, like {@link #close}, leaves no process behind.
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

  /**
   * Creates a stack that {@link #start} starts; {@link #close} is safe at any time and from any
   * thread.
   */
  public Stack(StackOptions options, Consumer<String> progress) {
    this.options = options;
    this.phases = new Phases(progress);
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
        // Last, because its start would slow down the service's start.
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

  /** Returns the current process id of the service. */
  public long servicePid() {
    return service.handle().pid();
  }

  public boolean isServing() {
    return Processes.runs(service.handle());
  }

  /** Restarts the service without waiting until it is ready. */
  public void restartService() throws IOException {
    service.close();
    service = teardown.start(serviceStart);
  }

  /** Returns the service key for local development. */
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
