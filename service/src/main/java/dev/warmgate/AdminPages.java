package dev.warmgate;

import dev.warmgate.observatory.Observatory;
import dev.warmgate.observatory.PageServlet;
import dev.warmgate.observatory.ReportServlet;
import dev.warmgate.status.HealthBoard;
import dev.warmgate.status.LoadTestTask;
import dev.warmgate.warmup.Warmup;
import io.dropwizard.core.setup.Environment;

/** Adds what only the admin port serves: the observatory, its JSON and the load-test task. */
final class AdminPages {
  private AdminPages() {}

  static void add(
      WarmgateConfiguration configuration,
      Services services,
      Traffic traffic,
      HealthBoard board,
      Warmup warmup,
      Environment environment) {
    Observatory observatory =
        new Observatory(
            configuration.observatory,
            services.foundation().clock(),
            traffic.registered(),
            traffic.ledger(),
            traffic.recent(),
            traffic.latencies().logins(),
            board,
            warmup,
            services.foundation().database(),
            services.tokens().verified(),
            services.serviceKeys(),
            services.foundation().redis(),
            services.passwords().gate(),
            services.limits());
    environment.admin().addServlet("observatory", new PageServlet()).addMapping("/observatory");
    environment
        .admin()
        .addServlet(
            "observatory-json", new ReportServlet(observatory, environment.getObjectMapper()))
        .addMapping("/observatory.json");
    environment
        .admin()
        .addTask(
            new LoadTestTask(services.foundation().clock(), services.foundation().telemetry()));
  }
}
