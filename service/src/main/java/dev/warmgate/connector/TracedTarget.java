package dev.warmgate.connector;

import java.util.Collection;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.UriCompliance;
import org.jspecify.annotations.Nullable;

/**
 * The target of a request without its path and query, for the tracer. It answers truthfully what
 * Jetty asks to check the target: its violations, its authority and its decoded paths.
 */
record TracedTarget(HttpURI target) implements HttpURI {
  @Override
  public @Nullable String getPath() {
    return null;
  }

  @Override
  public @Nullable String getQuery() {
    return null;
  }

  @Override
  public @Nullable String getPathQuery() {
    return null;
  }

  @Override
  public @Nullable String getParam() {
    return null;
  }

  @Override
  public @Nullable String getFragment() {
    return null;
  }

  @Override
  public @Nullable String getUser() {
    return null;
  }

  @Override
  public String asString() {
    return toString();
  }

  @Override
  public String toString() {
    return "TracedTarget[…]";
  }

  @Override
  public Immutable asImmutable() {
    return target.asImmutable();
  }

  @Override
  public String getAuthority() {
    return target.getAuthority();
  }

  @Override
  public String getDecodedPath() {
    return target.getDecodedPath();
  }

  @Override
  public String getCanonicalPath() {
    return target.getCanonicalPath();
  }

  @Override
  public String getHost() {
    return target.getHost();
  }

  @Override
  public int getPort() {
    return target.getPort();
  }

  @Override
  public String getScheme() {
    return target.getScheme();
  }

  @Override
  public boolean hasAuthority() {
    return target.hasAuthority();
  }

  @Override
  public boolean isAbsolute() {
    return target.isAbsolute();
  }

  @Override
  public boolean isAmbiguous() {
    return target.isAmbiguous();
  }

  @Override
  public boolean hasViolations() {
    return target.hasViolations();
  }

  @Override
  public boolean hasViolation(UriCompliance.Violation violation) {
    return target.hasViolation(violation);
  }

  @Override
  public Collection<UriCompliance.Violation> getViolations() {
    return target.getViolations();
  }
}
