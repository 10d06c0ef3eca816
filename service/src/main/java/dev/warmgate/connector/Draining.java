package dev.warmgate.connector;

import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;

/**
 * Makes every response close its connection from the stop signal on, so that balancers and clients
 * hold none when the service stops a few seconds after it reports not ready.
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
