package dev.warmgate;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.warmgate.logging.LogLevels;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.logging.common.DefaultLoggingFactory;
import io.dropwizard.logging.common.LoggingFactory;
import io.dropwizard.validation.ValidationMethod;
import java.util.List;

/**
 * Dropwizard's own part of the configuration, its ports and its log, with what must be so for this
 * service. A value that is not stops the start with a message that names its key.
 */
public abstract class ServerConfiguration extends Configuration {
  private static final String LOG_LEVELS = "OFF, ERROR, WARN, INFO, DEBUG, TRACE, ALL";

  @Override
  public synchronized void setLoggingFactory(LoggingFactory factory) {
    if (factory instanceof DefaultLoggingFactory logging) {
      LogLevels.keepFromLibraries(logging);
    }
    super.setLoggingFactory(factory);
  }

  @JsonIgnore
  @ValidationMethod(message = "logging.level must be one of " + LOG_LEVELS)
  public boolean isLogLevelKnown() {
    return !(getLoggingFactory() instanceof DefaultLoggingFactory logging)
        || List.of(LOG_LEVELS.split(", ", -1)).contains(logging.getLevel());
  }

  @JsonIgnore
  @ValidationMethod(
      message = "server.type must be default: the warm-up and the admin port do not support simple")
  public boolean isServerOfTheDefaultType() {
    return getServerFactory() instanceof DefaultServerFactory;
  }

  @JsonIgnore
  @ValidationMethod(
      message = "server.applicationConnectors[0].bindHost must be an address or a host name")
  public boolean isApiBoundToAHost() {
    return !(getServerFactory() instanceof DefaultServerFactory server)
        || server.getApplicationConnectors().stream().allMatch(BindHost::isValid);
  }

  @JsonIgnore
  @ValidationMethod(
      message = "server.adminConnectors[0].bindHost must be an address or a host name")
  public boolean isAdminPortBoundToAHost() {
    return !(getServerFactory() instanceof DefaultServerFactory server)
        || server.getAdminConnectors().stream().allMatch(BindHost::isValid);
  }

  @JsonIgnore
  @ValidationMethod(
      message =
          "server.applicationConnectors[0].port and server.adminConnectors[0].port must not be the"
              + " same")
  public boolean isAdminPortOfItsOwn() {
    return !(getServerFactory() instanceof DefaultServerFactory server)
        || server.getApplicationConnectors().stream()
            .noneMatch(api ->
                server.getAdminConnectors().stream()
                    .anyMatch(admin -> BindHost.collide(api, admin)));
  }
}
