package dev.warmgate;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.database.Database;
import dev.warmgate.database.IncompatibleSchema;
import dev.warmgate.password.HashingWarmer;
import dev.warmgate.request.RequestContext;
import dev.warmgate.token.SigningKeyWarmer;
import dev.warmgate.warmup.ApiForm;
import dev.warmgate.warmup.HttpSelfWarmer;
import dev.warmgate.warmup.Parts;
import dev.warmgate.warmup.Warmed;
import dev.warmgate.warmup.Warmer;
import dev.warmgate.warmup.WarmupMark;
import io.dropwizard.core.setup.Environment;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Server;

/** The list of all warm-up steps, which run before the service is ready. */
final class Warmers {
  private Warmers() {}

  /**
   * Lists the required steps, without which the service cannot serve, and the optional ones, which
   * make the first requests fast.
   *
   * @param giveUp ends the process after a failure that no retry can fix
   */
  static List<Warmer> of(
      Services services,
      WarmgateConfiguration configuration,
      WarmupMark mark,
      Consumer<Throwable> giveUp,
      Environment environment) {
    FeatureSwitches switches = configuration.switches;
    boolean fill = switches.warmup() && switches.pool();
    List<Warmer> warmers = new ArrayList<>();
    warmers.add(Warmer.required("database", () -> database(services, fill, giveUp)));
    // One after the other they take as long, and each is done sooner.
    warmers.add(Warmer.optional("redis", () -> redis(services)).letting("database"));
    warmers.add(Warmer.required("revocations", () -> revocations(services)).after("database"));
    warmers.add(
        Warmer.required(
                "signing-keys",
                new SigningKeyWarmer(
                    services.keys().signing(),
                    services.tokens().issuer(),
                    services.tokens().verifier()))
            .after("database"));
    warmers.add(Warmer.optional("service-keys", () -> serviceKeys(services)).after("database"));
    if (switches.warmup()) {
      // They would compete for the processors with the two steps that connect.
      warmers.add(
          Warmer.required(
                  "hashing",
                  new HashingWarmer(services.passwords().gate(), services.passwords().hasher()))
              .letting("redis", "database"));
      warmers.add(Warmer.optional("unicode", Warmers::unicode).letting("redis", "database"));
    }
    if (warmsByHttp(switches)) {
      HttpSelfWarmer http =
          new HttpSelfWarmer(
              mark,
              configuration.supabaseApi.enabled()
                  ? List.of(ApiForm.OWN, ApiForm.OF_SUPABASE)
                  : List.of(ApiForm.OWN),
              configuration.warmup.budget().toJavaDuration(),
              services.passwords().gate().permits(),
              URI.create(configuration.tokens.issuer()).getHost(),
              EmailAddress.DECOY_DOMAIN,
              email ->
                  RequestContext.warmUp(
                      () -> services.accounts().service().forgetDecoys(EmailAddress.parse(email))));
      environment
          .lifecycle()
          .addServerLifecycleListener((Server server) -> http.serverStarted(server));
      warmers.add(
          Warmer.once("http", http).after("redis", "revocations", "signing-keys", "hashing"));
    }
    if (fill) {
      // Last: code that has run often opens them in a fraction of the time.
      warmers.add(
          Warmer.required("pool", () -> pool(services))
              .after("database", warmers.getLast().name()));
    }
    return warmers;
  }

  static boolean warmsByHttp(FeatureSwitches switches) {
    return switches.warmup() && switches.warmupHttp();
  }

  private static Warmed redis(Services services) {
    Parts parts = new Parts();
    services.foundation().redis().connect();
    parts.add("connected in");
    services.foundation().redis().validate();
    parts.add("wrote and read an entry in");
    return Warmed.warm(parts.toString());
  }

  private static Warmed database(Services services, boolean fill, Consumer<Throwable> giveUp) {
    Database database = services.foundation().database();
    Parts parts = new Parts();
    try {
      String _ = database.migrate();
      parts.add("schema is up to date after");
    } catch (IncompatibleSchema incompatible) {
      giveUp.accept(incompatible);
      throw incompatible;
    }
    if (fill) {
      database.openFirst(parts::add);
    }
    return Warmed.warm(parts.toString());
  }

  private static Warmed pool(Services services) {
    Parts parts = new Parts();
    int opened = services.foundation().database().openOthers();
    parts.add("opened " + opened + " more in");
    return Warmed.warm(parts.toString());
  }

  private static Warmed unicode() {
    EmailAddress _ = EmailAddress.parse("JOS\u00c9@b\u00fccher.example");
    return Warmed.warm("loaded the tables for addresses in other alphabets");
  }

  private static Warmed revocations(Services services) {
    services.foundation().revocations().load();
    return Warmed.warm("read those of one access token's lifetime");
  }

  private static Warmed serviceKeys(Services services) {
    services.serviceKeys().load();
    return Warmed.warm("read all keys");
  }
}
