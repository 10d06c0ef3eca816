package dev.warmgate.connector;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.Principal;
import java.util.Objects;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.glassfish.jersey.internal.MapPropertiesDelegate;
import org.glassfish.jersey.message.internal.HeaderValueException;
import org.glassfish.jersey.server.ApplicationHandler;
import org.glassfish.jersey.server.ContainerRequest;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.internal.ContainerUtils;
import org.glassfish.jersey.uri.UriComponent;
import org.jspecify.annotations.Nullable;

/**
 * Runs the filters and endpoints, without the servlets in between that Dropwizard would use. The
 * server does not start if Jersey refuses its configuration.
 */
final class JerseyHandler extends Handler.Wrapper {
  /** Requests are matched by their path, never by a host that a client writes. */
  private static final URI BASE = URI.create("/");

  private static final byte[] NOTHING = {};

  private final ResourceConfig configuration;
  private Set<String> paths = Set.of();
  private @Nullable ApplicationHandler jersey;

  JerseyHandler(ResourceConfig configuration) {
    this.configuration = configuration;
  }

  void leaveToServlets(Set<String> paths) {
    this.paths = paths;
  }

  @Override
  protected void doStart() throws Exception {
    jersey = new ApplicationHandler(configuration);
    super.doStart();
  }

  @Override
  protected void doStop() throws Exception {
    super.doStop();
    Objects.requireNonNull(jersey).getInjectionManager().shutdown();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    HttpURI target = request.getHttpURI();
    if (paths.contains(target.getDecodedPath())) {
      return super.handle(request, response, callback);
    }
    URI uri = uri(target);
    if (uri == null) {
      Response.writeError(request, response, callback, HttpStatus.BAD_REQUEST_400);
      return true;
    }
    ApplicationHandler jersey = Objects.requireNonNull(this.jersey);
    ContainerRequest asked =
        new ContainerRequest(
            BASE,
            uri,
            request.getMethod(),
            new Nobody(request.isSecure()),
            new MapPropertiesDelegate(),
            jersey.getConfiguration());
    for (HttpField field : request.getHeaders()) {
      // In lower case, since Jersey copies every other name.
      asked.header(field.getLowerCaseName(), field.getValue());
    }
    // Also without a body, since no interceptor would otherwise run where one is expected.
    asked.setEntityStream(
        WholeBodies.hasBody(request)
            ? Content.Source.asInputStream(request)
            : new ByteArrayInputStream(NOTHING));
    asked.setWriter(new JerseyAnswer(request, response, callback));
    try {
      // Jersey would report a content type that is none as a failure of the service.
      MediaType _ = asked.getMediaType();
      jersey.handle(asked);
    } catch (HeaderValueException invalid) {
      Response.writeError(request, response, callback, HttpStatus.BAD_REQUEST_400);
    }
    return true;
  }

  /** Returns path and query, or {@code null} if they are not valid. */
  private static @Nullable URI uri(HttpURI target) {
    String path = target.getPath();
    if (path == null || !path.startsWith("/") || path.startsWith("//")) {
      return null;
    }
    String query = ContainerUtils.encodeUnsafeCharacters(target.getQuery());
    String encoded = UriComponent.contextualEncode(path, UriComponent.Type.PATH);
    try {
      return new URI(
          query == null
              ? encoded
              : encoded + "?" + UriComponent.contextualEncode(query, UriComponent.Type.QUERY));
    } catch (URISyntaxException invalid) {
      return null;
    }
  }

  /** The caller before a filter has authenticated one. */
  private record Nobody(boolean isSecure) implements SecurityContext {
    @Override
    public @Nullable Principal getUserPrincipal() {
      return null;
    }

    @Override
    public boolean isUserInRole(String role) {
      return false;
    }

    @Override
    public @Nullable String getAuthenticationScheme() {
      return null;
    }
  }
}
