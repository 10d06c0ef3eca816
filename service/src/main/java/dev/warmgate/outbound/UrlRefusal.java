package dev.warmgate.outbound;

/** Why a URL is not called. */
public enum UrlRefusal {
  UNREADABLE("must be a URL such as https://hooks.example.com/in"),
  SCHEME("must begin with https://"),
  USER_INFO("must hold no user name or password"),
  PORT("must use port 443"),
  HOST("must name a host such as hooks.example.com"),
  ADDRESS("must name its host, not an address"),
  INTERNAL_NAME("must name a host on the internet"),
  PRIVATE_ADDRESS("must name a host whose addresses are all public");

  private final String message;

  UrlRefusal(String message) {
    this.message = message;
  }

  /** What is wrong, to be read after the field's name. */
  public String message() {
    return message;
  }
}
