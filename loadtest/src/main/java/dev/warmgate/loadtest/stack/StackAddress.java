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

  public String adminUrl() {
    return "http://127.0.0.1:" + adminPort;
  }
}
