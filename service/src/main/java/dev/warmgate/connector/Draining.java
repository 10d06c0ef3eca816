package dev.warmgate.connector;

import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;

/**
 * From the signal to stop on, every answer closes its connection, so that balancers and clients
 * have none left when the service stops, a few seconds after its readiness has gone.
 */
final class Draining {
  private Draining() {}

  static void whenStopping(Server server) {
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("draining").unstarted(() -> begin(server)));
  }

  private static void begin(Server server) {
    for (HttpConfiguration http : server.getContainedBeans(HttpConfiguration.class)) {
      http.setPersistentConnectionsEnabled(false);
    }
  }
}
