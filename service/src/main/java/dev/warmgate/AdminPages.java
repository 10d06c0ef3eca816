package dev.warmgate;

import dev.warmgate.observatory.Observatory;
import dev.warmgate.observatory.PageServlet;
import dev.warmgate.observatory.ReportServlet;
import dev.warmgate.status.HealthBoard;
import dev.warmgate.status.LoadTestTask;
import dev.warmgate.warmup.Warmup;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.metrics.servlets.AdminServlet;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.servlet.ServletHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.servlet.ServletMapping;

/**
 * Sets up what only the admin port serves: the observatory, its JSON and the load-test task.
 * Removes Dropwizard's tasks, and its profiler, which an image on a web page could start.
 */
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
    removeTasks(environment);
    environment
        .admin()
        .addServlet(
            "load-test",
            new LoadTestTask(services.foundation().clock(), services.foundation().telemetry()))
        .addMapping("/tasks/load-test");
    environment
        .getAdminContext()
        .setInitParameter(AdminServlet.CPU_PROFILE_ENABLED_PARAM_KEY, "false");
  }

  /**
   * Dropwizard's tasks change the level of the log and collect garbage, and its servlet for tasks
   * answers a wrong parameter with a stack trace.
   */
  private static void removeTasks(Environment environment) {
    String theirs = "tasks";
    ServletHandler servlets = environment.getAdminContext().getServletHandler();
    servlets.setServletMappings(
        Stream.of(servlets.getServletMappings())
            .filter(mapping -> !mapping.getServletName().equals(theirs))
            .toArray(ServletMapping[]::new));
    servlets.setServlets(
        Stream.of(servlets.getServlets())
            .filter(servlet -> !servlet.getName().equals(theirs))
            .toArray(ServletHolder[]::new));
  }
}
