package dev.warmgate.loadtest.stack;

/**
 * The addresses of a running stack.
 *
 * @param port of the API
 * @param adminPort for operations
 */
public record StackAddress(int port, int adminPort) {
  public String baseUrl() {
    return "http://127.0.0.1:" + port;
  }

  /**
   * Returns where people open the pages: by a name, since cookies and passkeys belong to one, and
   * some of them to no number.
   */
  public String siteUrl() {
    return "http://localhost:" + port;
  }

  public String adminUrl() {
    return "http://127.0.0.1:" + adminPort;
  }
}
