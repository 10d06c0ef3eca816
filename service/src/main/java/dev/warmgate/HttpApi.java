package dev.warmgate;

import com.codahale.metrics.MetricRegistry;
import dev.warmgate.account.AccountResource;
import dev.warmgate.accountpage.AccountPages;
import dev.warmgate.accountpage.ApplicationSignIn;
import dev.warmgate.addresschange.AddressChangeResource;
import dev.warmgate.admin.AdminResource;
import dev.warmgate.audit.AuditResource;
import dev.warmgate.connector.Connectors;
import dev.warmgate.connector.ProblemErrorHandler;
import dev.warmgate.database.DatabasePerformance;
import dev.warmgate.database.Outages;
import dev.warmgate.factor.FactorResource;
import dev.warmgate.factor.MfaResource;
import dev.warmgate.filter.AccessControlFilter;
import dev.warmgate.filter.AuthenticationFilter;
import dev.warmgate.filter.BodyEncoding;
import dev.warmgate.filter.ExposedKeys;
import dev.warmgate.filter.FastLaneFilter;
import dev.warmgate.filter.LoadTestKeys;
import dev.warmgate.filter.RateLimitFilter;
import dev.warmgate.filter.RequestIdFilter;
import dev.warmgate.filter.SecurityHeadersFilter;
import dev.warmgate.filter.SsrfProtectionFilter;
import dev.warmgate.filter.UncountedRequestsFilter;
import dev.warmgate.gotrue.GoTrue;
import dev.warmgate.maillogin.MailLoginResource;
import dev.warmgate.oauth.IntrospectionResource;
import dev.warmgate.oauth.MetadataResource;
import dev.warmgate.oauth.TokenResource;
import dev.warmgate.passkey.PasskeyChallengeResource;
import dev.warmgate.passkey.PasskeyResource;
import dev.warmgate.problem.ErrorForms;
import dev.warmgate.problem.ProblemMapper;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.recovery.AccountRecoveryResource;
import dev.warmgate.recovery.RecoveryResource;
import dev.warmgate.registration.InvitationResource;
import dev.warmgate.registration.RegistrationResource;
import dev.warmgate.request.Caller;
import dev.warmgate.request.PreparedAnswer;
import dev.warmgate.session.PasswordResource;
import dev.warmgate.session.SessionResource;
import dev.warmgate.signingkey.JwksResource;
import dev.warmgate.signingkey.WellKnownResource;
import dev.warmgate.status.DatabasePerformanceResource;
import dev.warmgate.status.HealthBoard;
import dev.warmgate.status.MiddlewareStatusResource;
import dev.warmgate.status.OpenApiResource;
import dev.warmgate.status.PingResource;
import dev.warmgate.traffic.TrailResponseFilter;
import dev.warmgate.warmup.Warmup;
import dev.warmgate.warmup.WarmupMark;
import dev.warmgate.webhook.WebhookResource;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.validation.HibernateValidationBinder;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.glassfish.jersey.CommonProperties;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;
import org.jspecify.annotations.Nullable;

/**
 * Registers the filters and endpoints of the API port. The start fails if the filters do not run in
 * the order of {@link dev.warmgate.filter.FilterOrder}.
 */
final class HttpApi {
  private HttpApi() {}

  static void register(
      WarmgateConfiguration configuration,
      Services services,
      Traffic traffic,
      HealthBoard board,
      Warmup warmup,
      WarmupMark mark,
      Environment environment) {
    ClientAddress addresses =
        new ClientAddress(
            configuration.trustedProxies,
            configuration.trustedHops,
            configuration.forwardedHeader,
            services.foundation().telemetry());
    JwksResource jwks = new JwksResource(services.keys().signing());
    List<Object> endpoints =
        new ArrayList<>(
            endpoints(
                configuration, services, traffic, board, warmup, jwks, environment.metrics()));
    GoTrue goTrue =
        configuration.supabaseApi.enabled() ? goTrue(configuration, services, jwks) : null;
    if (goTrue != null) {
      endpoints.addAll(goTrue.endpoints());
    }
    AccountPages pages =
        configuration.accountPages.enabled()
            ? pages(configuration, services, goTrue == null ? null : goTrue.links())
            : null;
    if (pages != null) {
      endpoints.addAll(pages.endpoints());
    }
    ErrorForms forms =
        ErrorForms.of(
            endpoints,
            pages == null ? null : pages.errors(),
            goTrue == null ? null : goTrue.errors());
    ProblemMapper problems = new ProblemMapper(Outages::of, forms);
    ResourceConfig jersey = jersey(environment);
    filters(configuration, services, traffic, mark, problems, addresses, pages, environment)
        .forEach(jersey::register);
    endpoints.forEach(jersey::register);
    if (pages != null) {
      pages.components().forEach(jersey::register);
    }
    if (goTrue != null) {
      goTrue.components().forEach(jersey::register);
    }
    jersey.register(problems);
    Map<String, String> headers = SecurityHeadersFilter.headers(configuration.tokens.issuer());
    ProblemErrorHandler errors =
        new ProblemErrorHandler(environment.getObjectMapper(), forms, headers, configuration.cors);
    new Connectors(environment, jersey, addresses, services.foundation().telemetry())
        .answerErrors(errors, configuration.getHealthFactory())
        .answerAtOnce(prepared(configuration, jwks), headers)
        .boundClients(configuration.clients, configuration.connections)
        .allow(configuration.adminHosts, configuration.cors, goTrue != null)
        .traceAndDrain();
  }

  /** Returns nothing if the fast lane is off: then all requests pass all filters. */
  private static Map<String, Supplier<Optional<PreparedAnswer>>> prepared(
      WarmgateConfiguration configuration, JwksResource jwks) {
    Map<String, Supplier<Optional<PreparedAnswer>>> prepared = new HashMap<>();
    if (configuration.switches.fastLane()) {
      prepared.put("/api/v1/auth/jwks.json", jwks::answer);
      prepared.put("/.well-known/jwks.json", jwks::answer);
      if (configuration.supabaseApi.enabled()) {
        prepared.put("/auth/v1/.well-known/jwks.json", jwks::answer);
      }
    }
    return prepared;
  }

  /**
   * Replaces Dropwizard's own configuration of Jersey, which generates a class for each endpoint at
   * the start, looks each endpoint up for each request, and measures what nobody reads.
   */
  private static ResourceConfig jersey(Environment environment) {
    environment.jersey().disable();
    return new ResourceConfig()
        .property(ServerProperties.WADL_FEATURE_DISABLE, true)
        .property(CommonProperties.FEATURE_AUTO_DISCOVERY_DISABLE, true)
        .property(CommonProperties.METAINF_SERVICES_LOOKUP_DISABLE, true)
        // Dropwizard's binder validates. Jersey's own feature would add an exception mapper that
        // takes precedence over ours.
        .property(ServerProperties.BV_FEATURE_DISABLE, true)
        // Redirects of pages are relative, so that no request's Host is believed.
        .property(ServerProperties.LOCATION_HEADER_RELATIVE_URI_RESOLUTION_DISABLED, true)
        .register(new JsonBodies(environment.getObjectMapper()))
        .register(new HibernateValidationBinder(environment.getValidator()));
  }

  private static List<Object> filters(
      WarmgateConfiguration configuration,
      Services services,
      Traffic traffic,
      WarmupMark mark,
      ProblemMapper problems,
      ClientAddress addresses,
      @Nullable AccountPages pages,
      Environment environment) {
    OpenTelemetry telemetry = services.foundation().telemetry();
    return List.of(
        new RequestIdFilter(mark, telemetry),
        new FastLaneFilter(configuration.switches.fastLane(), telemetry),
        new RateLimitFilter(
            services.limits(),
            addresses,
            services.passwords().gate(),
            new LoadTestKeys(services.serviceKeys(), services.foundation().audit()),
            telemetry),
        new AuthenticationFilter(
            services.tokens().verified(),
            services.serviceKeys(),
            pages == null ? HttpApi::noPages : pages.authentication(),
            new ExposedKeys(services.serviceKeys(), services.foundation().audit()),
            services.foundation().clock(),
            telemetry),
        new AccessControlFilter(
            services.accounts().service(), services.foundation().audit(), telemetry),
        new SsrfProtectionFilter(environment.getObjectMapper(), services.outboundUrls(), telemetry),
        new UncountedRequestsFilter(services.limits(), addresses, problems),
        new SecurityHeadersFilter(configuration.tokens.issuer()),
        new TrailResponseFilter(traffic.ledger(), traffic.recent(), traffic.latencies(), telemetry),
        new BodyEncoding(),
        traffic.registered());
  }

  private static Caller noPages(ContainerRequestContext request) {
    throw new IllegalStateException("there are no pages");
  }

  private static GoTrue goTrue(
      WarmgateConfiguration configuration, Services services, JwksResource jwks) {
    return GoTrue.of(
        services.foundation(),
        configuration.tokens.issuer(),
        services.tokens().supabase(),
        services.accounts(),
        services.sessions(),
        services.admin(),
        services.factors(),
        configuration.secrets.refreshKeys(),
        services.flows().forPages(),
        services.flows().supabase(),
        services.limits(),
        services.passwords().gate(),
        jwks);
  }

  private static AccountPages pages(
      WarmgateConfiguration configuration,
      Services services,
      @Nullable ApplicationSignIn application) {
    return AccountPages.of(
        configuration.accountPages,
        configuration.tokens.issuer(),
        configuration.mail.language(),
        configuration.password.minLength(),
        configuration.secrets.refreshKeys(),
        services.tokens().verified(),
        services.accounts(),
        services.sessions(),
        services.factors(),
        services.passkeys(),
        services.flows().forPages(),
        configuration.refresh.absolute().toJavaDuration(),
        application);
  }

  private static List<Object> endpoints(
      WarmgateConfiguration configuration,
      Services services,
      Traffic traffic,
      HealthBoard board,
      Warmup warmup,
      JwksResource jwks,
      MetricRegistry metrics) {
    return List.of(
        new PingResource(board, warmup, traffic.latencies()),
        new MiddlewareStatusResource(traffic.registered(), traffic.ledger()),
        new DatabasePerformanceResource(
            new DatabasePerformance(services.foundation().database(), metrics),
            warmup,
            services.tokens().verified(),
            services.serviceKeys()),
        new OpenApiResource(),
        new SessionResource(
            services.sessions().service(),
            services.sessions().own(),
            services.accounts().freshAuthentication()),
        new AccountResource(
            services.accounts().service(),
            services.accounts().freshAuthentication(),
            services.accounts().metadata()),
        new PasswordResource(services.sessions().passwordChanges()),
        new FactorResource(services.factors().service(), services.accounts().freshAuthentication()),
        new MfaResource(services.factors().mfa()),
        new PasskeyResource(services.passkeys(), services.accounts().freshAuthentication()),
        new PasskeyChallengeResource(services.passkeys()),
        new AuditResource(services.foundation().audit()),
        new WebhookResource(services.webhooks().service()),
        jwks,
        new WellKnownResource(jwks),
        new MetadataResource(configuration.tokens),
        new TokenResource(services.oauth()),
        new IntrospectionResource(services.oauth()),
        new AdminResource(services.admin()),
        new InvitationResource(services.flows().registrations()),
        new AccountRecoveryResource(services.flows().recovery()),
        new RegistrationResource(services.flows().registrations(), services.sessions().service()),
        new RecoveryResource(services.flows().recovery(), services.sessions().service()),
        new MailLoginResource(services.flows().mailLogins(), services.sessions().service()),
        new AddressChangeResource(
            services.flows().addresses(),
            services.accounts().freshAuthentication(),
            services.sessions().service()));
  }
}
