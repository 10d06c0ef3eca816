package dev.warmgate;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.account.AccountResource;
import dev.warmgate.admin.AdminResource;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.audit.AuditResource;
import dev.warmgate.audit.Origin;
import dev.warmgate.cli.AdminCommand;
import dev.warmgate.cli.CalibrateCommand;
import dev.warmgate.cli.ExitStatus;
import dev.warmgate.cli.KeysCommand;
import dev.warmgate.cli.ServiceKeyCommand;
import dev.warmgate.cli.ValidateCommand;
import dev.warmgate.database.Database;
import dev.warmgate.database.DatabaseHealthCheck;
import dev.warmgate.database.DatabasePerformance;
import dev.warmgate.filter.AccessControlFilter;
import dev.warmgate.filter.AuthenticationFilter;
import dev.warmgate.filter.BodyLimit;
import dev.warmgate.filter.FastLaneFilter;
import dev.warmgate.filter.FilterLedger;
import dev.warmgate.filter.LoadTestKeys;
import dev.warmgate.filter.RateLimitFilter;
import dev.warmgate.filter.RecentRequests;
import dev.warmgate.filter.RegisteredFilters;
import dev.warmgate.filter.RequestIdFilter;
import dev.warmgate.filter.SecurityHeadersFilter;
import dev.warmgate.filter.SsrfProtectionFilter;
import dev.warmgate.filter.TrailResponseFilter;
import dev.warmgate.filter.UnmatchedRequestsFilter;
import dev.warmgate.oauth.IntrospectionResource;
import dev.warmgate.oauth.MetadataResource;
import dev.warmgate.oauth.TokenResource;
import dev.warmgate.observatory.Observatory;
import dev.warmgate.observatory.PageServlet;
import dev.warmgate.observatory.ReportServlet;
import dev.warmgate.problem.ProblemErrorHandler;
import dev.warmgate.problem.ProblemMapper;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.redis.RedisHealthCheck;
import dev.warmgate.session.PasswordResource;
import dev.warmgate.session.SessionResource;
import dev.warmgate.status.DatabasePerformanceResource;
import dev.warmgate.status.HealthBoard;
import dev.warmgate.status.LoadTestTask;
import dev.warmgate.status.MiddlewareStatusResource;
import dev.warmgate.status.OpenApiResource;
import dev.warmgate.status.PingResource;
import dev.warmgate.telemetry.Latencies;
import dev.warmgate.telemetry.Telemetry;
import dev.warmgate.token.JwksResource;
import dev.warmgate.token.KeyRotation;
import dev.warmgate.token.WellKnownResource;
import dev.warmgate.warmup.Warmup;
import dev.warmgate.warmup.WarmupMark;
import dev.warmgate.webhook.WebhookResource;
import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.Duration;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warmgate, wired by hand: {@link Services} builds what lives long, {@link #run} puts the filters
 * and the endpoints before it, in the order they are read. A configuration that is wrong or unsafe
 * never gets here.
 */
public final class WarmgateApplication extends Application<WarmgateConfiguration> {
  private static final Logger log = LoggerFactory.getLogger(WarmgateApplication.class);

  public static void main(String[] arguments) throws Exception {
    new WarmgateApplication().run(arguments);
  }

  @Override
  public String getName() {
    return "warmgate";
  }

  @Override
  public void initialize(Bootstrap<WarmgateConfiguration> bootstrap) {
    bootstrap.setConfigurationSourceProvider(
        new SubstitutingSourceProvider(
            bootstrap.getConfigurationSourceProvider(), new EnvironmentVariableSubstitutor(true)));
  }

  @Override
  protected void addDefaultCommands(Bootstrap<WarmgateConfiguration> bootstrap) {
    bootstrap.addCommand(new ServeCommand(this));
    bootstrap.addCommand(new ValidateCommand(System.getenv()));
    bootstrap.addCommand(new ServiceKeyCommand());
    bootstrap.addCommand(new KeysCommand());
    bootstrap.addCommand(new AdminCommand());
    bootstrap.addCommand(new CalibrateCommand());
  }

  @Override
  protected void onFatalError(Throwable stopped) {
    System.exit(ExitStatus.of(stopped));
  }

  @Override
  public void run(WarmgateConfiguration configuration, Environment environment) {
    OpenTelemetry telemetry = GlobalOpenTelemetry.get();
    log.info("mode={} tracing={}", configuration.mode, Telemetry.isTracing(telemetry));
    ObjectMapper json = StrictJson.configure(environment.getObjectMapper());
    Services services =
        new Services(
            configuration,
            environment.metrics(),
            telemetry,
            Origin.SYSTEM,
            afterAnswer(environment));
    WarmupMark mark =
        Warmers.warmsByHttp(configuration.switches) ? WarmupMark.open() : WarmupMark.closed();
    Warmup warmup = warmUp(services, configuration, mark, environment);
    HealthBoard board = checkHealth(services, warmup, environment);

    // Filters, in the order of FilterOrder, which is checked when Jersey starts
    FilterLedger ledger = new FilterLedger();
    RecentRequests recent = new RecentRequests(services.clock);
    Latencies latencies = new Latencies(services.clock, telemetry);
    RegisteredFilters registered = new RegisteredFilters();
    boolean fastLane = configuration.switches.fastLane();
    ClientAddress addresses =
        new ClientAddress(configuration.trustedProxies, configuration.trustedHops);
    ProblemMapper problems = new ProblemMapper(Database::outage);
    register(
        environment,
        new RequestIdFilter(mark, telemetry),
        new FastLaneFilter(fastLane, telemetry),
        new RateLimitFilter(
            services.limits,
            addresses,
            services.gate::refuseIfFull,
            new LoadTestKeys(services.serviceKeys::verify, services.audit::loadTestUsed),
            telemetry),
        new AuthenticationFilter(
            services.verifiedTokens::verify,
            services.serviceKeys::verify,
            services.clock,
            telemetry),
        new AccessControlFilter(
            services.accounts::hasRole,
            () -> services.audit.refused(AuditEvent.ACCESS_DENIED, null),
            telemetry),
        new SsrfProtectionFilter(json, services.outboundUrls, telemetry),
        new UnmatchedRequestsFilter(services.limits, addresses, problems),
        new SecurityHeadersFilter(configuration.tokens.issuer()),
        new TrailResponseFilter(ledger, recent, latencies, telemetry),
        new BodyLimit(),
        registered);

    // Endpoints
    JwksResource jwks = new JwksResource(services.keys);
    register(
        environment,
        new PingResource(board, warmup, latencies),
        new MiddlewareStatusResource(registered, ledger),
        new DatabasePerformanceResource(
            new DatabasePerformance(services.database, environment.metrics()),
            warmup,
            services.verifiedTokens,
            services.serviceKeys),
        new OpenApiResource(),
        new SessionResource(services.sessions, services.ownSessions, services.freshAuthentication),
        new AccountResource(services.accounts),
        new PasswordResource(services.passwordChanges),
        new AuditResource(services.audit),
        new WebhookResource(services.webhooks),
        jwks,
        new WellKnownResource(jwks),
        new MetadataResource(configuration.tokens),
        new TokenResource(services.oauth),
        new IntrospectionResource(services.oauth),
        new AdminResource(services.admin));

    // For people, on the admin port only
    Observatory observatory =
        new Observatory(
            configuration.observatory,
            services.clock,
            registered,
            ledger,
            recent,
            latencies.logins(),
            board,
            warmup,
            services.database,
            services.verifiedTokens,
            services.serviceKeys,
            services.redis,
            services.gate,
            services.limits);
    environment.admin().addServlet("observatory", new PageServlet()).addMapping("/observatory");
    environment
        .admin()
        .addServlet("observatory-json", new ReportServlet(observatory, json))
        .addMapping("/observatory.json");
    environment.admin().addTask(new LoadTestTask(services.clock, telemetry));
    Connectors.set(
        problems,
        new ProblemErrorHandler(json, SecurityHeadersFilter.headers(configuration.tokens.issuer())),
        configuration.cors,
        environment);
  }

  /**
   * Begins to warm up beside everything that is still to be built. What is managed is started in
   * this order and stopped in the reverse one.
   */
  private static Warmup warmUp(
      Services services,
      WarmgateConfiguration configuration,
      WarmupMark mark,
      Environment environment) {
    Warmup warmup =
        new Warmup(Warmers.of(services, configuration, mark, environment), services.telemetry);
    environment.lifecycle().manage(services.database);
    environment.lifecycle().manage(services.redis);
    environment.lifecycle().manage(services.revocations);
    environment.lifecycle().manage(services.audit.refusals());
    environment.lifecycle().manage(services.housekeeping);
    environment.lifecycle().manage(services.webhookDispatcher);
    environment.lifecycle().manage(services.breaches);
    environment.lifecycle().manage(services.gate);
    environment.lifecycle().manage(warmup);
    tendRegularly(services.rotation, configuration.keys.reload(), environment);
    warmup.begin();
    return warmup;
  }

  private static HealthBoard checkHealth(
      Services services, Warmup warmup, Environment environment) {
    HealthBoard board = new HealthBoard(services.telemetry);
    Map.of(
            "database",
            new DatabaseHealthCheck(services.database),
            "redis",
            new RedisHealthCheck(services.redis),
            "signing-keys",
            services.keys,
            "warm-up",
            warmup)
        .forEach(
            (name, check) -> environment.healthChecks().register(name, board.noting(name, check)));
    return board;
  }

  private static void register(Environment environment, Object... components) {
    for (Object component : components) {
      environment.jersey().register(component);
    }
  }

  /** One thread; what it cannot take at once waits, and past a hundred is dropped. */
  private static ExecutorService afterAnswer(Environment environment) {
    return environment
        .lifecycle()
        .executorService("after-answer-%d", Thread.ofPlatform().name("after-answer").factory())
        .minThreads(1)
        .maxThreads(1)
        .workQueue(new ArrayBlockingQueue<>(100))
        .rejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy())
        .build();
  }

  private static void tendRegularly(
      KeyRotation rotation, Duration interval, Environment environment) {
    ScheduledExecutorService scheduler =
        environment.lifecycle().scheduledExecutorService("keys-%d", true).build();
    ScheduledFuture<?> _ =
        scheduler.scheduleWithFixedDelay(
            rotation::tend,
            interval.toMilliseconds(),
            interval.toMilliseconds(),
            TimeUnit.MILLISECONDS);
  }
}
