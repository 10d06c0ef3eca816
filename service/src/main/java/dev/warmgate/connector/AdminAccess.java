package dev.warmgate.connector;

import dev.warmgate.network.HostName;
import dev.warmgate.network.LocalHost;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages away from the admin port, which trusts whoever reaches it: they run in browsers
 * of people who do. A host that is not on the list gets a 421, since an attacker can make a name of
 * theirs resolve to this machine. A task without the header {@code X-Requested-By} gets a 403: no
 * form can send it, and a script of another origin only with a permission that nobody gives here.
 */
final class AdminAccess extends Handler.Wrapper {
  static final String TASK_HEADER = "X-Requested-By";
  private static final String TASKS = "/tasks";

  private final List<HostName> hosts;

  /**
   * @param hosts names under which operators reach the port, besides those of loopback
   */
  AdminAccess(List<HostName> hosts) {
    this.hosts = List.copyOf(hosts);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (!isServed(request)) {
      return refuse(
          ProblemType.MISDIRECTED_REQUEST,
          "use 127.0.0.1, or add the host to admin_hosts (ADMIN_HOSTS)",
          request,
          response,
          callback);
    }
    if (isTask(request) && isBlank(request.getHeaders().get(TASK_HEADER))) {
      return refuse(
          ProblemType.FORBIDDEN,
          "a task needs the header " + TASK_HEADER + ", with any value",
          request,
          response,
          callback);
    }
    return super.handle(request, response, callback);
  }

  private boolean isServed(Request request) {
    String host = request.getHttpURI().getHost();
    if (isBlank(request.getHeaders().get(HttpHeader.HOST)) || isBlank(host)) {
      return false;
    }
    if (LocalHost.isNamedBy(host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", ""))) {
      return true;
    }
    try {
      return hosts.contains(HostName.parse(host));
    } catch (IllegalArgumentException notAHost) {
      return false;
    }
  }

  private static boolean isTask(Request request) {
    // Decoded and without parameters, as the servlets see it.
    String path = Request.getPathInContext(request);
    return path.equals(TASKS) || path.startsWith(TASKS + "/");
  }

  private static boolean isBlank(@Nullable String text) {
    return text == null || text.isBlank();
  }

  private static boolean refuse(
      ProblemType type, String detail, Request request, Response response, Callback callback) {
    request.setAttribute(ProblemErrorHandler.PROBLEM, new ApiException(type, detail));
    Response.writeError(request, response, callback, type.status());
    return true;
  }
}
