package dev.warmgate;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.warmgate.account.AccountDao;
import dev.warmgate.account.AccountResource;
import dev.warmgate.account.AccountService;
import dev.warmgate.database.Database;
import dev.warmgate.database.DatabaseHealthCheck;
import dev.warmgate.filter.AccessControlFilter;
import dev.warmgate.filter.AuthenticationFilter;
import dev.warmgate.filter.BodyLimit;
import dev.warmgate.filter.FastLaneFilter;
import dev.warmgate.filter.FilterLedger;
import dev.warmgate.filter.RateLimitFilter;
import dev.warmgate.filter.RecentRequests;
import dev.warmgate.filter.RegisteredFilters;
import dev.warmgate.filter.RequestIdFilter;
import dev.warmgate.filter.SecurityHeadersFilter;
import dev.warmgate.filter.SsrfProtectionFilter;
import dev.warmgate.filter.TrailResponseFilter;
import dev.warmgate.observatory.Observatory;
import dev.warmgate.observatory.PageServlet;
import dev.warmgate.observatory.ReportServlet;
import dev.warmgate.password.HashingGate;
import dev.warmgate.password.PasswordHasher;
import dev.warmgate.password.PasswordPolicy;
import dev.warmgate.problem.ProblemErrorHandler;
import dev.warmgate.problem.ProblemMapper;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.redis.Redis;
import dev.warmgate.redis.RedisHealthCheck;
import dev.warmgate.session.SessionDao;
import dev.warmgate.session.SessionResource;
import dev.warmgate.session.SessionService;
import dev.warmgate.status.HealthBoard;
import dev.warmgate.status.MiddlewareStatusResource;
import dev.warmgate.status.OpenApiResource;
import dev.warmgate.status.PingResource;
import dev.warmgate.telemetry.LoginLatency;
import dev.warmgate.telemetry.Telemetry;
import dev.warmgate.token.JwksResource;
import dev.warmgate.token.SigningKeyDao;
import dev.warmgate.token.SigningKeys;
import dev.warmgate.token.TokenIssuer;
import dev.warmgate.token.TokenStateDao;
import dev.warmgate.token.TokenVerifier;
import dev.warmgate.token.VerifiedTokens;
import dev.warmgate.token.WellKnownResource;
import dev.warmgate.warmup.Warmer;
import dev.warmgate.warmup.Warmup;
import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Server;
import org.glassfish.jersey.server.ServerProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warmgate, wired by hand: {@link #run} builds every object, from the dependencies outside to the
 * endpoints, in the order it is read. A configuration that is wrong or unsafe never gets here.
 */
public final class WarmgateApplication extends Application<WarmgateConfiguration> {
  private static final Logger log = LoggerFactory.getLogger(WarmgateApplication.class);
  private static final int KEY_RELOAD_SECONDS = 30;

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
  }

  @Override
  public void run(WarmgateConfiguration configuration, Environment environment) {
    Clock clock = Clock.systemUTC();
    OpenTelemetry telemetry = GlobalOpenTelemetry.get();
    log.info("mode={} tracing={}", configuration.mode, Telemetry.isTracing(telemetry));
    ObjectMapper json = strictSnakeCase(environment.getObjectMapper());

    // What lies outside
    Database database = new Database(configuration.database, environment.metrics());
    Redis redis = new Redis(configuration.redis);

    // Services
    SigningKeys keys =
        new SigningKeys(
            database.backgroundDao(SigningKeyDao.class),
            configuration.secrets.keyEncryptionKeys(),
            clock);
    TokenIssuer issuer = new TokenIssuer(configuration.tokens, keys, clock);
    VerifiedTokens verifiedTokens =
        new VerifiedTokens(
            new TokenVerifier(configuration.tokens, keys, clock),
            database.dao(TokenStateDao.class),
            telemetry);
    HashingGate gate =
        new HashingGate(
            configuration.hashing,
            configuration.login,
            configuration.switches.hashingBound(),
            telemetry);
    PasswordHasher hasher = new PasswordHasher(configuration.hashing);
    RateLimits limits =
        new RateLimits(
            configuration.rateLimits, configuration.switches.rateLimits(), redis, telemetry);
    AccountService accounts =
        new AccountService(
            database.dao(AccountDao.class),
            hasher,
            gate,
            new PasswordPolicy(),
            limits,
            afterAnswer(environment));
    SessionService sessions =
        new SessionService(
            database.dao(SessionDao.class),
            accounts,
            issuer,
            configuration.secrets.refreshKeys(),
            configuration.refresh,
            telemetry);

    // Started in this order, stopped in the reverse one
    Warmup warmup =
        new Warmup(
            List.of(
                new Warmer("redis", false, redis::connect),
                new Warmer("database", true, database::migrate),
                new Warmer("signing-keys", true, keys::load)),
            telemetry);
    environment.lifecycle().manage(database);
    environment.lifecycle().manage(redis);
    environment.lifecycle().manage(gate);
    environment.lifecycle().manage(warmup);
    reloadRegularly(keys, environment);

    // Health
    HealthBoard board = new HealthBoard();
    environment.health().addHealthStateListener(board);
    environment.healthChecks().register("database", new DatabaseHealthCheck(database));
    environment.healthChecks().register("redis", new RedisHealthCheck(redis));
    environment.healthChecks().register("signing-keys", keys);
    environment.healthChecks().register("warm-up", warmup);

    // Filters, in the order of FilterOrder, which is checked when Jersey starts
    FilterLedger ledger = new FilterLedger();
    RecentRequests recent = new RecentRequests(clock);
    LoginLatency logins = new LoginLatency(clock, telemetry);
    RegisteredFilters registered = new RegisteredFilters();
    boolean fastLane = configuration.switches.fastLane();
    ClientAddress addresses = new ClientAddress(configuration.trustedProxies);
    register(
        environment,
        new RequestIdFilter(telemetry),
        new FastLaneFilter(fastLane, telemetry),
        new RateLimitFilter(limits, addresses, telemetry),
        new AuthenticationFilter(verifiedTokens::verify, telemetry),
        new AccessControlFilter(telemetry),
        new SsrfProtectionFilter(json, telemetry),
        new SecurityHeadersFilter(),
        new TrailResponseFilter(ledger, recent, logins),
        new BodyLimit(),
        registered);

    // Endpoints
    JwksResource jwks = new JwksResource(keys);
    register(
        environment,
        new PingResource(board, warmup),
        new MiddlewareStatusResource(registered, ledger),
        new OpenApiResource(),
        new SessionResource(sessions),
        new AccountResource(accounts),
        jwks,
        new WellKnownResource(jwks));

    // For people, on the admin port only
    Observatory observatory =
        new Observatory(
            configuration.observatory,
            clock,
            registered,
            ledger,
            recent,
            logins,
            board,
            warmup,
            database,
            gate,
            limits);
    environment.admin().addServlet("observatory", new PageServlet()).addMapping("/observatory");
    environment
        .admin()
        .addServlet("observatory-json", new ReportServlet(observatory, json))
        .addMapping("/observatory.json");

    // Errors, from the endpoints and from Jetty itself
    environment.jersey().register(new ProblemMapper(Database::outage));
    // Dropwizard validates; Jersey's own feature would bring a mapper that goes before ours.
    environment.jersey().property(ServerProperties.BV_FEATURE_DISABLE, true);
    ProblemErrorHandler errors = new ProblemErrorHandler(json);
    environment.getApplicationContext().setErrorHandler(errors);
    environment.getAdminContext().setErrorHandler(errors);
    environment
        .lifecycle()
        .addServerLifecycleListener((Server server) -> server.setErrorHandler(errors));
  }

  private static void register(Environment environment, Object... components) {
    for (Object component : components) {
      environment.jersey().register(component);
    }
  }

  /** Fields in snake case, and no guessing: what is not exactly a valid request is refused. */
  private static ObjectMapper strictSnakeCase(ObjectMapper json) {
    json.setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
    json.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    json.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    json.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    json.disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    json.coercionConfigFor(LogicalType.Textual)
        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    return json;
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

  private static void reloadRegularly(SigningKeys keys, Environment environment) {
    ScheduledExecutorService scheduler =
        environment.lifecycle().scheduledExecutorService("key-reload-%d", true).build();
    ScheduledFuture<?> _ =
        scheduler.scheduleWithFixedDelay(
            keys::reload, KEY_RELOAD_SECONDS, KEY_RELOAD_SECONDS, TimeUnit.SECONDS);
  }
}
